import { appendFileSync, readFileSync, unlinkSync } from 'node:fs'

/**
 * A place where a test may kill the process, as hard as `kill -9`. Otherwise it costs one comparison. Names are
 * literals of the form `room.effect.before|after`. A test collects them, and crash tests must reach each.
 * - `MUNIM_FAULT_POINT=name` or `name:3` (the third pass) kills once per process.
 * - `MUNIM_FAULT_FILE=path` kills when the file holds the name. The file is removed before the kill, so that the next
 *   process lives. Passed names are appended to `path.passed`.
 */
export function faultPoint(name: string): void {
  if (watch !== undefined) watch(name)
}

const watch = watchPoint(process.env.MUNIM_FAULT_POINT) ?? watchFile(process.env.MUNIM_FAULT_FILE)

function watchPoint(text: string | undefined): ((name: string) => void) | undefined {
  if (text === undefined || text === '') return undefined
  const [armed = '', passes = '1'] = text.split(':')
  let left = Number(passes)
  return (name) => {
    if (name !== armed) return
    left -= 1
    if (left <= 0) end()
  }
}

function watchFile(path: string | undefined): ((name: string) => void) | undefined {
  if (path === undefined || path === '') return undefined
  return (name) => {
    appendFileSync(`${path}.passed`, `${name}\n`)
    if (readArmed(path) !== name) return
    unlinkSync(path)
    end()
  }
}

function readArmed(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

function end(): void {
  process.kill(process.pid, 'SIGKILL')
}
