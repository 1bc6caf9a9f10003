export { createHttpClient, type HttpCall, type HttpClient, type HttpReply, type HttpStream } from './http-client.ts'
