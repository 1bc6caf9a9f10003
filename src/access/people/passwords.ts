import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { Fault } from '#platform/faults'

const derive = promisify(argon2)

/** What OWASP asks for at least: 19 MiB, two passes, one lane. */
const cost = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 }
const saltLength = 16
const pattern = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$([\w+/]{22,88})\$([\w+/]{43,88})$/

/** Each takes 19 MiB and a core for a while. Threads of the process are left to others. */
const atOnce = 2
const waitingMax = 50

export const passwordLength = { min: 12, max: 256 } as const

export type Passwords = {
  readonly hash: (password: string) => Promise<string>
  /** Without a stored one it takes as long, and is never right. */
  readonly verify: (stored: string | undefined, password: string) => Promise<boolean>
}

/** Hashes with argon2id. Throws a retryable Fault when too many wait. */
export function createPasswords(mayWait = waitingMax): Passwords {
  const inTurn = createTurn(mayWait)
  const nobody = `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.parallelism}$${unpadded(randomBytes(saltLength))}$${unpadded(randomBytes(cost.tagLength))}`
  return {
    hash: async (password) => {
      const nonce = randomBytes(saltLength)
      const tag = await inTurn(() => derive('argon2id', { message: bytesOf(password), nonce, ...cost }))
      return `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.parallelism}$${unpadded(nonce)}$${unpadded(tag)}`
    },
    verify: async (stored, password) => {
      const [, memory, passes, parallelism, salt = '', tag = ''] = pattern.exec(stored ?? nobody) ?? []
      const known = Buffer.from(tag, 'base64')
      if (known.length === 0) return false
      const parameters = {
        ...{ message: bytesOf(password), nonce: Buffer.from(salt, 'base64'), tagLength: known.length },
        ...{ memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) },
      }
      const given = await inTurn(() => derive('argon2id', parameters))
      return timingSafeEqual(known, given) && stored !== undefined
    },
  }
}

/** Why a password cannot be used; undefined when it can. */
export function passwordFlaw(password: string, { login }: { readonly login: string }): string | undefined {
  const { length } = [...password]
  if (length < passwordLength.min) return `The password needs at least ${passwordLength.min} characters.`
  if (length > passwordLength.max) return `The password has more than ${passwordLength.max} characters.`
  if (new Set(password).size < 5) return 'The password repeats the same few characters.'
  const [name = login] = login.split('@')
  const isLogin = name.length > 3 && password.toLowerCase().includes(name)
  return isLogin ? 'The password contains your name here.' : undefined
}

/** The same text may be typed in several ways. */
function bytesOf(password: string): Buffer {
  return Buffer.from(password.normalize('NFKC'), 'utf8')
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '')
}

function createTurn(mayWait: number) {
  const waiting: (() => void)[] = []
  let running = 0
  return async <Value>(work: () => Promise<Value>): Promise<Value> => {
    if (running >= atOnce && waiting.length >= mayWait) {
      throw new Fault({ code: 'too_many_logins', message: 'Too many people log in at once.', retryable: true })
    }
    if (running >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve))
    else running += 1
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running -= 1
    }
  }
}
