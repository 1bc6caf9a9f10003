export type { AnswerHeaders, HttpCall, HttpReply, HttpStream, RequestSigner, SignableRequest } from './http-call.ts'
export { createHttpClient, type HttpClient, type HttpClientOptions } from './http-client.ts'
