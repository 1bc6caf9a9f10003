import { readFileSync, statSync } from 'node:fs'

/** Its values, the newest first. Several are valid during a rotation. */
export type Secret = { readonly versions: () => readonly string[] }

export type SecretResult = { readonly ok: true; readonly secret: Secret } | { readonly ok: false; readonly why: string }

/** How long a changed file may stay unread. */
const rereadMs = 1_000

/**
 * A reference is `env:NAME`, `file:PATH` (one value per line), or the value itself. A file is read again when it has
 * changed, so a secret is rotated without a restart. No message contains a value.
 */
export function openSecret(
  reference: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): SecretResult {
  if (reference.startsWith('file:')) return openFile(reference.slice('file:'.length))
  if (!reference.startsWith('env:')) return fixed([reference])
  const name = reference.slice('env:'.length)
  const value = environment[name]
  return value === undefined || value === '' ? { ok: false, why: `the variable ${name} is not set` } : fixed([value])
}

function fixed(values: readonly string[]): SecretResult {
  return { ok: true, secret: { versions: () => values } }
}

function openFile(path: string): SecretResult {
  const read = (): readonly string[] => {
    const lines = readFileSync(path, 'utf8').split('\n')
    return lines.map((line) => line.trim()).filter((line) => line !== '')
  }
  const changeOf = () => statSync(path).mtimeMs
  let values: readonly string[]
  let change: number
  let lookedMs = performance.now()
  try {
    change = changeOf()
    values = read()
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : 'unknown'
    return { ok: false, why: `the file ${path} cannot be read (${code})` }
  }
  if (values.length === 0) return { ok: false, why: `the file ${path} is empty` }
  const lookAgain = () => {
    lookedMs = performance.now()
    try {
      const now = changeOf()
      if (now === change) return
      const renewed = read()
      // A file that is being written may be empty for a moment.
      if (renewed.length === 0) return
      values = renewed
      change = now
    } catch {
      // The known values stay valid while the file is missing.
    }
  }
  return {
    ok: true,
    secret: {
      versions: () => {
        if (performance.now() - lookedMs >= rereadMs) lookAgain()
        return values
      },
    },
  }
}
