import { MunimConnectionError, MunimError, MunimTimeoutError } from '@munim/sdk'
import { printable } from './terminal.ts'

/** The message is one sentence for the user. */
export class CliFailure extends Error {
  override readonly name = 'CliFailure'
  readonly done: object | undefined
  constructor(message: string, { cause, done }: { readonly cause?: unknown; readonly done?: object } = {}) {
    super(message, { cause })
    this.done = done
  }
}

/** One line for the terminal. */
export function describeFailure(error: unknown): string {
  return printable(messageOf(error))
}

const isAboutValue = /^Cannot |is not (iterable|a function)|undefined|null/

/** For JSON and for other failures: a text of the server is in it as it is. */
export function messageOf(error: unknown): string {
  if (error instanceof MunimError) {
    const about = error.param === undefined ? '' : ` (${error.param})`
    const request = error.requestId === undefined ? '' : ` [request ${error.requestId}]`
    if (error.code === 'invalid_client') return `the server does not accept the client: ${error.message}`
    if (error.status === 401) return `the server does not accept the API key: ${error.message}`
    return `${error.code}${about}: ${error.message}${request}`
  }
  if (error instanceof MunimConnectionError) {
    return `${oneLine(error.message)}. Is the server running there? "munim start" starts one; --url or MUNIM_URL says where it is.`
  }
  if (error instanceof MunimTimeoutError) return `${error.message}. Run the command again when the server answers.`
  // Fields that are missing, or of another kind.
  if (error instanceof TypeError && isAboutValue.test(error.message)) {
    return "The server's answer is not one that this version of munim understands. Is it Munim, and which version?"
  }
  if (error instanceof Error) return oneLine(error.message || error.name)
  return oneLine(String(error))
}

export function failureAsJson(error: unknown): { readonly error: object } {
  const message = messageOf(error)
  if (error instanceof CliFailure && error.done) {
    return { error: { ...failureAsJson(error.cause).error, message, done: error.done } }
  }
  if (!(error instanceof MunimError)) return { error: { message } }
  return { error: { code: error.code, status: error.status, param: error.param, request_id: error.requestId, message } }
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ').trim()
}
