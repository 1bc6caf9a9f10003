import { readFileSync, statSync } from 'node:fs'

/** Its values, the newest first. Several are valid during a rotation. */
export type Secret = { readonly versions: () => readonly string[] }

export type SecretResult = { readonly ok: true; readonly secret: Secret } | { readonly ok: false; readonly why: string }

export type SecretTextResult =
  | { readonly ok: true; readonly text: () => string }
  | { readonly ok: false; readonly why: string }

type Environment = Readonly<Record<string, string | undefined>>

type Opened<Value> = { readonly ok: true; readonly current: () => Value } | { readonly ok: false; readonly why: string }

/** How long a changed file may stay unread. */
const rereadMs = 1_000

/**
 * A reference is `env:NAME`, `file:PATH` (one value per line), or the value itself. A file is read again when it has
 * changed, so a secret is rotated without a restart. No message contains a value.
 */
export function openSecret(reference: string, environment: Environment = process.env): SecretResult {
  const lines = (text: string) => {
    const values = text.split('\n').map((line) => line.trim())
    const given = values.filter((line) => line !== '')
    return given.length === 0 ? undefined : given
  }
  const opened = open<readonly string[]>(reference, environment, { inFile: lines, inText: (text) => [text] })
  return opened.ok ? { ok: true, secret: { versions: opened.current } } : opened
}

/** Like `openSecret`, of one value that takes a whole file, such as a certificate. */
export function openSecretText(reference: string, environment: Environment = process.env): SecretTextResult {
  const whole = (text: string) => (text.trim() === '' ? undefined : text)
  const opened = open(reference, environment, { inFile: whole, inText: (text) => text })
  return opened.ok ? { ok: true, text: opened.current } : opened
}

/** `inFile`: undefined when the file is empty. */
type Parsers<Value> = {
  readonly inFile: (text: string) => Value | undefined
  readonly inText: (text: string) => Value
}

function open<Value>(reference: string, environment: Environment, { inFile, inText }: Parsers<Value>): Opened<Value> {
  if (reference.startsWith('file:')) return openFile(reference.slice('file:'.length), inFile)
  const fixed = (text: string): Opened<Value> => {
    const value = inText(text)
    return { ok: true, current: () => value }
  }
  if (!reference.startsWith('env:')) return fixed(reference)
  const name = reference.slice('env:'.length)
  const value = environment[name]
  return value === undefined || value === '' ? { ok: false, why: `the variable ${name} is not set` } : fixed(value)
}

function openFile<Value>(path: string, parse: (text: string) => Value | undefined): Opened<Value> {
  const read = () => parse(readFileSync(path, 'utf8'))
  const changeOf = () => statSync(path).mtimeMs
  let value: Value | undefined
  let change: number
  let lookedMs = performance.now()
  try {
    change = changeOf()
    value = read()
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : 'unknown'
    return { ok: false, why: `the file ${path} cannot be read (${code})` }
  }
  if (value === undefined) return { ok: false, why: `the file ${path} is empty` }
  let known = value
  const lookAgain = () => {
    lookedMs = performance.now()
    try {
      const now = changeOf()
      if (now === change) return
      const renewed = read()
      // A file that is being written may be empty for a moment.
      if (renewed === undefined) return
      known = renewed
      change = now
    } catch {
      // The known value stays valid while the file is missing.
    }
  }
  return {
    ok: true,
    current: () => {
      if (performance.now() - lookedMs >= rereadMs) lookAgain()
      return known
    },
  }
}
