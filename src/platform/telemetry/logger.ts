import pino, { type Logger } from 'pino'

export type { Logger } from 'pino'

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

/** How many causes of an error are followed. */
const causesMax = 5

/**
 * What is logged of an error. Its other properties are left out: a database driver hangs its whole
 * client on an error, with what it was connected with.
 */
export function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return { message: String(error) }
  const { code, state, retryable } = error as { code?: unknown; state?: unknown; retryable?: unknown }
  return {
    name: error.name,
    message: error.message,
    ...(typeof code === 'string' && { code }),
    ...(typeof state === 'string' && { state }),
    ...(typeof retryable === 'boolean' && { retryable }),
    stack: error.stack,
    ...(error.cause !== undefined && depth < causesMax && { cause: describeError(error.cause, depth + 1) }),
  }
}

/** Makes the program's logger: one JSON object a line on stderr, so that stdout stays for answers. */
export function createLogger(options: { readonly level: LogLevel }): Logger {
  return pino(
    {
      level: options.level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: (error: unknown) => describeError(error) },
    },
    destination(),
  )
}

/** What may wait to be written when whoever reads the log does not keep up; what comes then is left out. */
const waitingBytesMax = 1024 * 1024

/**
 * Standard error. The log never holds up the program, nor ends it: its reader may have stopped to read or be gone, and
 * the disk that it is kept on may be full.
 */
function destination() {
  if (exits === undefined) {
    exits = false
    process.prependOnceListener('exit', () => {
      exits = true
    })
  }
  const stream = pino.destination({ dest: 2, sync: false, maxLength: waitingBytesMax, retryEAGAIN: isGoingOn })
  const flush = stream.flushSync.bind(stream)
  stream.flushSync = () => {
    try {
      flush()
    } catch {
      // It has nowhere to go.
    }
  }
  stream.on('error', () => undefined)
  return stream
}

let exits: boolean | undefined

/** Whether it may be waited for: at the end of the process, what cannot be written at once is left out. */
function isGoingOn(): boolean {
  return exits !== true
}
