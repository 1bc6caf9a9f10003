import { encodeId, idPrefix, type Uuid } from '#kernel'
import { Fault } from '#platform/faults'
import { type Database, toUuid } from '#platform/postgres'
import { type Sealing, type SealingTask, secretsTask } from '#platform/sealing'
import { systemClock } from '#platform/time'
import { appendAudit } from '../audit-log.ts'
import type { ChangedPeople } from './changed-people.ts'
import { deviceOf } from './known-device.ts'
import { beginLogin } from './login-failures.ts'
import { callOfPerson, type LoginPlace } from './login-place.ts'
import { hashRecoveryCode, hashSetupCode, newRecoveryCodes, newTotpSecret, stepOfCode } from './one-time-codes.ts'
import type { Passwords } from './passwords.ts'
import { passwordFlaw } from './passwords.ts'
import {
  completeSetup,
  findSecrets,
  replaceRecoveryCodes,
  storePassword,
  storeSetupSecret,
  useRecoveryCode,
  useTotpStep,
} from './people-store.ts'
import { normalLogin, type Person } from './person.ts'
import { readStored } from './stored-person.ts'

export type ProofDeps = {
  readonly database: Database
  readonly sealing: Sealing | undefined
  readonly passwords: Passwords
  readonly changes: ChangedPeople
}

/** What a person types in. `code`: of their authenticator app, or a recovery code. */
export type GivenProof = {
  readonly login: string
  readonly password: string
  readonly code: string
  readonly place: LoginPlace
  /** The cookies of the browser. */
  readonly cookie?: string | undefined
}

/** `why` is a sentence for the person, which does not say what of the proof was wrong. */
export type Unproved = { readonly ok: false; readonly why: string; readonly waitSeconds?: number }
export type Proved = { readonly ok: true; readonly person: Person }

const wrong: Unproved = { ok: false, why: 'The name, the password or the code is not right, or the code was used.' }

/** Checks password and second factor together. An unknown name takes as long as a known one. */
export async function provePerson(deps: ProofDeps, given: GivenProof): Promise<Proved | Unproved> {
  const { database, passwords } = deps
  const login = normalLogin(given.login)
  const device = deviceOf(deps.sealing, { login, cookie: given.cookie })
  const attempt = await beginLogin(database, { login, address: given.place.address, device })
  if (!attempt.ok) return paused(attempt.seconds)
  const prove = async (): Promise<Person | undefined> => {
    const found = await findSecrets(database, { login })
    if (found !== undefined) deps.changes.requireLatest(found.person)
    const isRight = await passwords.verify(found?.password, given.password)
    if (found === undefined || !isRight) return undefined
    return (await useCode(deps, { ...found, code: given.code })) ? found.person : undefined
  }
  const person = await orUndone(attempt, prove())
  if (person === undefined) return wrong
  await attempt.succeeded()
  return { ok: true, person }
}

/** Neither a refusal to hash nor a fault of the database says that the proof was wrong. */
function orUndone<Value>({ undone }: { readonly undone: () => Promise<void> }, work: Promise<Value>): Promise<Value> {
  return work.catch(async (fault: unknown) => {
    await undone().catch(() => undefined)
    throw fault
  })
}

type Factor = { readonly person: Person; readonly totpSealed: Buffer | undefined; readonly code: string }

/** No code counts twice. */
async function useCode(deps: ProofDeps, { person, totpSealed, code }: Factor): Promise<boolean> {
  const { id } = person
  const text = code.replaceAll(/[\s-]/g, '')
  if (!/^\d+$/.test(text)) {
    const used = { id, hash: hashRecoveryCode(code) }
    return deps.changes.useCode(used, () => useRecoveryCode(deps.database, used))
  }
  const secret = totpSealed && openSecret(deps.sealing, { sealed: totpSealed, place: totpPlace(id) })
  const step = secret && stepOfCode(secret, { code: text, nowMs: systemClock.now() / 1000 })
  if (step === undefined) return false
  const used = { id, step }
  return deps.changes.useStep(used, () => useTotpStep(deps.database, used))
}

export type ChangedPassword = GivenProof & { readonly newPassword: string }

/** Ends all sessions of the person. */
export async function changePassword(deps: ProofDeps, given: ChangedPassword): Promise<Proved | Unproved> {
  const login = normalLogin(given.login)
  const flaw = passwordFlaw(given.newPassword, { login })
  if (flaw !== undefined) return { ok: false, why: flaw }
  const proved = await provePerson(deps, given)
  if (!proved.ok) return proved
  const { id } = proved.person
  const password = await deps.passwords.hash(given.newPassword)
  const stored = await deps.database.transaction(async (tx) => {
    await storePassword(tx, { id, password })
    const actor = { kind: 'person', id } as const
    const call = callOfPerson(proved.person, { by: 'password and code', place: given.place })
    const act = { ...ofPerson(proved.person), actor, action: 'person.password_changed' }
    await appendAudit(tx, { ...act, call })
    return readStored(tx, id)
  })
  deps.changes.changed(stored)
  return proved
}

export type Setup = { readonly ok: true; readonly person: Person; readonly secret: Buffer }
type SetupCode = { readonly code: string; readonly place: LoginPlace }

/** The person whose code this is, and the secret for their authenticator app. It stays the same until it is in use. */
export async function beginSetup(deps: ProofDeps, { code, place }: SetupCode): Promise<Setup | Unproved> {
  const attempt = await beginLogin(deps.database, { login: undefined, address: place.address })
  if (!attempt.ok) return paused(attempt.seconds)
  const setupHash = hashSetupCode(code)
  const found = await orUndone(attempt, findSecrets(deps.database, { setupHash }))
  if (found === undefined) return { ok: false, why: 'The code is not valid, has expired or was used. Ask for another.' }
  deps.changes.requireLatest(found.person)
  await attempt.succeeded()
  const { id } = found.person
  if (found.setupSealed === undefined) {
    const sealed = sealingOf(deps.sealing).seal(newTotpSecret(), setupPlace(id))
    await storeSetupSecret(deps.database, { hash: setupHash, sealed })
    return beginSetup(deps, { code, place })
  }
  const secret = openSecret(deps.sealing, { sealed: found.setupSealed, place: setupPlace(id) })
  return { ok: true, person: found.person, secret }
}

export type SetupForm = SetupCode & { readonly password: string; readonly totp: string }
export type SetUp = Proved & { readonly recoveryCodes: readonly string[] }
export type SetupFlaw = Unproved & { readonly setup?: Setup }

/** Accepts the invitation or the reset. The recovery codes must be shown once and stored nowhere. */
export async function completePerson(deps: ProofDeps, form: SetupForm): Promise<SetUp | SetupFlaw> {
  const begun = await beginSetup(deps, form)
  if (!begun.ok) return begun
  const { id, login } = begun.person
  const flaw = passwordFlaw(form.password, { login })
  if (flaw !== undefined) return { ok: false, why: flaw, setup: begun }
  const step = stepOfCode(begun.secret, { code: form.totp.replaceAll(/\s/g, ''), nowMs: systemClock.now() / 1000 })
  if (step === undefined) return { ok: false, why: 'The code of the authenticator app is not right.', setup: begun }
  const password = await deps.passwords.hash(form.password)
  const totpSealed = sealingOf(deps.sealing).seal(begun.secret, totpPlace(id))
  const recoveryCodes = newRecoveryCodes()
  const stored = await deps.database.transaction(async (tx) => {
    const hash = hashSetupCode(form.code)
    if (!(await completeSetup(tx, { hash, password, totpSealed, step }))) return undefined
    await replaceRecoveryCodes(tx, { id, hashes: recoveryCodes.map(hashRecoveryCode) })
    const actor = { kind: 'person', id } as const
    const call = callOfPerson(begun.person, { by: 'setup code', place: form.place })
    await appendAudit(tx, { ...ofPerson(begun.person), actor, action: 'person.set_up', call })
    return readStored(tx, id)
  })
  if (stored === undefined) return { ok: false, why: 'The code was used a moment ago.' }
  deps.changes.changed(stored)
  return { ok: true, person: begun.person, recoveryCodes }
}

function paused(seconds: number): Unproved {
  const why = `Too many attempts have failed. Try again in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.`
  return { ok: false, why, waitSeconds: seconds }
}

/** For the log of acts: of the person's book, whose administrators see it. */
function ofPerson({ id, login, book }: Person) {
  return { subject: encodeId(idPrefix.person, id), book: book?.number, details: { login } }
}

/** Seals the second factors again after a rotation of the key outside. */
export function sealedFactors(sealing: Sealing): SealingTask {
  const people = { table: 'access.people', key: 'id' } as const
  const inUse = secretsTask(
    { ...people, column: 'totp_sealed', placeOf: (id: string) => totpPlace(toUuid(id)) },
    sealing,
  )
  const shown = secretsTask(
    { ...people, column: 'setup_sealed', placeOf: (id: string) => setupPlace(toUuid(id)) },
    sealing,
  )
  return {
    name: inUse.name,
    page: async (tx, after, rows) => {
      const [one, other] = [await inUse.page(tx, after, rows), await shown.page(tx, after, rows)]
      return { looked: one.looked + other.looked, sealed: one.sealed + other.sealed, next: undefined }
    },
  }
}

function totpPlace(id: Uuid): string {
  return `access.people.totp_sealed ${id}`
}

function setupPlace(id: Uuid): string {
  return `access.people.setup_sealed ${id}`
}

type SealedSecret = { readonly sealed: Buffer; readonly place: string }

function openSecret(sealing: Sealing | undefined, { sealed, place }: SealedSecret): Buffer {
  return sealingOf(sealing).open(sealed, place) ?? cannotOpen()
}

function sealingOf(sealing: Sealing | undefined): Sealing {
  return sealing ?? cannotOpen()
}

function cannotOpen(): never {
  throw new Fault({
    code: 'people_not_opened',
    message: 'This process has no seal key, or not the one that sealed the second factors. Give it that of the others.',
    retryable: true,
  })
}
