export {
  createForwarder,
  type ForwardedAnswer,
  type ForwardedFailure,
  type ForwardedRequest,
  type Forwarder,
  type Forwarding,
} from './forwarder.ts'
export type { AnswerHeaders, HttpCall, HttpReply, HttpStream, RequestSigner, SignableRequest } from './http-call.ts'
export { createHttpClient, type HttpClient, type HttpClientOptions } from './http-client.ts'
