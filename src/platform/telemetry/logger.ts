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
    pino.destination({ dest: 2, sync: true }),
  )
}
