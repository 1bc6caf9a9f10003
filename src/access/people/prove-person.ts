import { encodeId, idPrefix, type Uuid } from '#kernel'
import { Fault } from '#platform/faults'
import { type Database, toUuid } from '#platform/postgres'
import { type Sealing, type SealingTask, secretsTask } from '#platform/sealing'
import { systemClock } from '#platform/time'
import { appendAudit } from '../audit-log.ts'
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

export type ProofDeps = {
  readonly database: Database
  readonly sealing: Sealing | undefined
  readonly passwords: Passwords
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
  const found = await findSecrets(database, { login })
  const isRight = await passwords.verify(found?.password, given.password)
  if (found === undefined || !isRight) return wrong
  if (!(await useCode(deps, { ...found, code: given.code }))) return wrong
  await attempt.succeeded()
  return { ok: true, person: found.person }
}

type Factor = { readonly person: Person; readonly totpSealed: Buffer | undefined; readonly code: string }

/** No code counts twice. */
async function useCode(deps: ProofDeps, { person, totpSealed, code }: Factor): Promise<boolean> {
  const { id } = person
  const text = code.replaceAll(/[\s-]/g, '')
  if (!/^\d+$/.test(text)) return useRecoveryCode(deps.database, { id, hash: hashRecoveryCode(code) })
  const secret = totpSealed && openSecret(deps.sealing, { sealed: totpSealed, place: totpPlace(id) })
  const step = secret && stepOfCode(secret, { code: text, nowMs: systemClock.now() / 1000 })
  return step !== undefined && useTotpStep(deps.database, { id, step })
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
  await deps.database.transaction(async (tx) => {
    await storePassword(tx, { id, password })
    const actor = { kind: 'person', id } as const
    const call = callOfPerson(proved.person, { by: 'password and code', place: given.place })
    const act = { actor, action: 'person.password_changed', subject: subjectOf(id), details: { login } }
    await appendAudit(tx, { ...act, call })
  })
  return proved
}

export type Setup = { readonly ok: true; readonly person: Person; readonly secret: Buffer }
type SetupCode = { readonly code: string; readonly place: LoginPlace }

/** The person whose code this is, and the secret for their authenticator app. It stays the same until it is in use. */
export async function beginSetup(deps: ProofDeps, { code, place }: SetupCode): Promise<Setup | Unproved> {
  const attempt = await beginLogin(deps.database, { login: undefined, address: place.address })
  if (!attempt.ok) return paused(attempt.seconds)
  const setupHash = hashSetupCode(code)
  const found = await findSecrets(deps.database, { setupHash })
  if (found === undefined) return { ok: false, why: 'The code is not valid, has expired or was used. Ask for another.' }
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
  const isFirst = await deps.database.transaction(async (tx) => {
    const hash = hashSetupCode(form.code)
    if (!(await completeSetup(tx, { hash, password, totpSealed, step }))) return false
    await replaceRecoveryCodes(tx, { id, hashes: recoveryCodes.map(hashRecoveryCode) })
    const actor = { kind: 'person', id } as const
    const call = callOfPerson(begun.person, { by: 'setup code', place: form.place })
    await appendAudit(tx, { actor, action: 'person.set_up', subject: subjectOf(id), details: { login }, call })
    return true
  })
  if (!isFirst) return { ok: false, why: 'The code was used a moment ago.' }
  return { ok: true, person: begun.person, recoveryCodes }
}

function paused(seconds: number): Unproved {
  const why = `Too many attempts have failed. Try again in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.`
  return { ok: false, why, waitSeconds: seconds }
}

function subjectOf(id: Uuid): string {
  return encodeId(idPrefix.person, id)
}

/** Seals the second factors again after a rotation of the key outside. */
export function sealedFactors(sealing: Sealing): SealingTask {
  const placeOf = (id: string) => totpPlace(toUuid(id))
  return secretsTask({ table: 'access.people', key: 'id', column: 'totp_sealed', placeOf }, sealing)
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
