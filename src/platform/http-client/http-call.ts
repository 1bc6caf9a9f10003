export type HttpCall = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  /** Names and values, alternating. The client's own headers come first. */
  readonly headers?: readonly string[]
  readonly body?: string | Buffer
  /** Headers of the answer that the caller reads, in lower case, such as `retry-after`. */
  readonly answerHeaders?: readonly string[]
  /** Bounds the whole call, to the last byte of the answer. */
  readonly timeoutMs?: number
}

/** A failure of the network or the other server is returned, never thrown. */
export type HttpReply =
  | { readonly kind: 'answered'; readonly status: number; readonly headers: AnswerHeaders; readonly body: string }
  /** No byte of the request was sent, so the other server certainly did nothing. */
  | { readonly kind: 'not_sent'; readonly why: string }
  /** The request may have arrived: no answer in time, a broken connection, or an unreadable answer. */
  | { readonly kind: 'broken'; readonly why: string }

/** Of the headers that the call names, those that the answer has. One that is repeated has its values joined by commas. */
export type AnswerHeaders = Readonly<Record<string, string>>

/** A streamed body. Read its chunks at once or end the stream. Reading throws when the stream breaks. */
export type HttpStream =
  | {
      readonly kind: 'streaming'
      readonly status: number
      readonly headers: AnswerHeaders
      readonly chunks: AsyncIterable<Buffer>
    }
  | Exclude<HttpReply, { kind: 'answered' }>

/** A request as it will be sent. `headers`: names and values, alternating, without those of the connection. */
export type SignableRequest = {
  readonly method: HttpCall['method']
  readonly url: string
  readonly headers: readonly string[]
  readonly bytes: Buffer
}

/** Returns the headers to add. It runs within the deadline of the call; when it throws, nothing is sent. */
export type RequestSigner = (request: SignableRequest) => readonly string[] | Promise<readonly string[]>
