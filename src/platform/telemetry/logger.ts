import pino, { type Logger } from 'pino'

export type { Logger } from 'pino'

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

/** Header names under which secrets travel; they never reach the log. */
const secretPaths = ['*.authorization', '*.headers.authorization', '*.key', '*.connectionString', '*.password']

/** Makes the program's logger: one JSON object a line on stderr, so that stdout stays for answers. */
export function createLogger(options: { readonly level: LogLevel }): Logger {
  return pino(
    {
      level: options.level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: secretPaths, censor: '[secret]' },
    },
    pino.destination({ dest: 2, sync: true }),
  )
}
