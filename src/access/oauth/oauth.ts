import { setImmediate as nextRound } from 'node:timers/promises'
import type { Uuid } from '#kernel'
import { createPeriodic } from '#platform/background'
import { Fault } from '#platform/faults'
import { createTurns } from '#platform/http'
import type { PublicJwk, TokenAnswer, TokenServer } from '#platform/oauth'
import type { Database, Transaction } from '#platform/postgres'
import type { Sealing } from '#platform/sealing'
import { systemClock } from '#platform/time'
import { afterSwitch } from '../after-switch.ts'
import { behind, type ChangedPeople, createChangedPeople } from '../people/changed-people.ts'
import { deleteOldFailures } from '../people/login-failures.ts'
import { createMayBegin, type MayBegin } from '../people/may-begin.ts'
import { createPasswords } from '../people/passwords.ts'
import { createPeopleAccounts } from '../people/people.ts'
import type { PersonSession } from '../people/person.ts'
import type { ProofDeps } from '../people/prove-person.ts'
import { createSessionDirectory } from '../people/session-directory.ts'
import { deleteOldSessions } from '../people/session-store.ts'
import type { StoredPerson } from '../people/stored-person.ts'
import { restoreClients } from '../revoke-again.ts'
import { createTokenAuthenticator, type TokenAuthenticator } from './authenticate-token.ts'
import { type Attempt, createClientAttempts, type TokenRequest } from './client-attempts.ts'
import { type ClientDirectory, createClientDirectory } from './client-directory.ts'
import { createKnownRefreshTokens } from './known-refresh-tokens.ts'
import type { OauthClient } from './oauth-client.ts'
import { metadataOf } from './oauth-metadata.ts'
import { deleteExpiredRecords } from './oauth-record-store.ts'
import { createSigningKeys, type RotateSigningKeys, rotateSigningKeys } from './signing-keys.ts'
import { askingFrom, createTokenServers } from './token-servers.ts'
import { createUsedRecords } from './used-records.ts'

/** A rotation of keys by another process takes effect here within this time. */
const keysEveryMs = 5000
const pruneEveryMs = 60_000
const pruneMax = 10_000
const answeredAtOnce = 8
/** Other errors come before the client has proved what it is, or for a proof that is wrong. */
const errorsOfProved = new Set(['invalid_scope', 'invalid_target', 'unsupported_grant_type', 'unauthorized_client'])

export type Oauth = {
  readonly tokens: TokenAuthenticator
  /** Undefined: too many attempts with unknown credentials. */
  readonly answerToken: (request: TokenRequest) => Promise<TokenAnswer | undefined>
  /** The same, for the end of a login (RFC 7009). */
  readonly answerRevocation: (request: TokenRequest) => Promise<TokenAnswer | undefined>
  /** The flows of people, which a browser sees. */
  readonly people: Pick<TokenServer, 'authorize' | 'findLogin' | 'finishLogin'>
  /** False: too many logins were begun from this address, or overall. Each is kept for some time. */
  readonly mayBegin: MayBegin
  /** What proves who a person is. */
  readonly proof: ProofDeps
  readonly issuer: () => string
  readonly metadata: () => object
  readonly published: () => readonly PublicJwk[]
  /** Must be called after a client was made, changed or revoked, with its new state. */
  readonly changed: (client: OauthClient) => void
  /** Must be called after a person was changed, or a session ended, with the committed state. */
  readonly sessionsEnded: (change?: { readonly person?: StoredPerson; readonly session?: Uuid | undefined }) => void
  /** Throw a retryable Fault for a row that lacks a change by this process, before it is changed further. */
  readonly requireLatest: {
    readonly person: ChangedPeople['requireLatest']
    readonly client: (client: OauthClient) => void
  }
  readonly rotate: (tx: Transaction, command: RotateSigningKeys) => Promise<void>
  readonly readKeys: () => Promise<void>
  readonly load: () => Promise<void>
  /** From now on, tokens are issued and accepted, in the name of the issuer. */
  readonly serve: (issuer: string) => void
  readonly stop: () => Promise<void>
}

type OauthDeps = {
  readonly database: Database
  /** Undefined: this process issues no tokens, and accepts those of others. */
  readonly sealing: Sealing | undefined
  readonly onFault: (error: unknown) => void
}

type Named = { readonly issuer: string; readonly audience: string; readonly tokens: TokenAuthenticator }

export function createOauth({ database, sealing, onFault }: OauthDeps): Oauth {
  const nowMs = () => performance.now()
  const wallMs = () => systemClock.now() / 1000
  const { directory, sessions, changes, used, ...taken } = createTaken({ database, onFault, nowMs, wallMs })
  const keys = createSigningKeys({ database, sealing, nowMs })
  const people = createPeopleAccounts({ database, used, changes, onEnded: sessions.forget })
  const serverOf = createTokenServers({ database, keys, directory, people, used, wallMs })
  let named: Named | undefined
  const stopForgetting = database.onNewEpoch(() => {
    directory.forget()
    sessions.forget()
    keys.read().catch(onFault)
  })
  const stopNarrowing = afterSwitch(database, {
    work: async () => {
      await taken.writeAgain()
      await keys.dropAgain()
    },
    onFault,
  })
  const read = async () => {
    await keys.read()
    return undefined
  }
  const prune = async () => {
    for (const deleteOld of [deleteExpiredRecords, deleteOldSessions, deleteOldFailures])
      await deleteOld(database, pruneMax)
    return undefined
  }
  const reading = createPeriodic({ name: 'reading signing keys', restMs: keysEveryMs, work: read, onFault })
  const pruning = createPeriodic({ name: 'deleting expired records', restMs: pruneEveryMs, work: prune, onFault })

  const current = () => serverOf(serving(named))
  const refreshTokens = createKnownRefreshTokens({ database, nowMs, onFault })
  const attempts = createClientAttempts({ directory, isRefreshToken: refreshTokens.has, nowMs, wallMs, onFault })
  const answerClient = createClientAnswer(current, attempts)

  return {
    tokens: {
      isToken: (text) => named?.tokens.isToken(text) === true,
      authenticate: (token, certificate) => serving(named).tokens.authenticate(token, certificate),
    },
    answerToken: (request) => answerClient('answer', request),
    answerRevocation: (request) => answerClient('revoke', request),
    people: {
      authorize: async (request) => (await current()).authorize(request),
      findLogin: async (request) => (await current()).findLogin(request),
      finishLogin: async (request) => (await current()).finishLogin(request),
    },
    mayBegin: createMayBegin({ sealing, nowMs }),
    proof: { database, sealing, passwords: createPasswords(), changes },
    issuer: () => serving(named).issuer,
    metadata: () => metadataOf(serving(named).issuer),
    published: keys.published,
    changed: (client) => {
      directory.changed(client)
      sessions.forget()
    },
    sessionsEnded: (change = {}) => {
      if (change.person !== undefined) changes.changed(change.person)
      if (change.session !== undefined) changes.sessionEnded(change.session)
      sessions.forget()
    },
    requireLatest: taken.requireLatest,
    rotate: async (tx, command) => {
      if (sealing === undefined) keys.current()
      else await rotateSigningKeys(tx, sealing, command)
    },
    readKeys: keys.read,
    load: async () => {
      await Promise.all([keys.load(), directory.learn(), refreshTokens.learn()])
      reading.start()
      pruning.start()
    },
    serve: (issuer) => {
      const audience = `${issuer}/v1`
      const tokens = createTokenAuthenticator({ issuer, audience, keys, directory, sessions, nowMs: wallMs })
      named = { issuer, audience, tokens }
    },
    stop: async () => {
      stopForgetting()
      stopNarrowing()
      await Promise.all([reading.stop(), pruning.stop()])
    },
  }
}

/** In turns, and counts guesses of what proves a client. */
function createClientAnswer(
  current: () => Promise<TokenServer>,
  attempt: (request: TokenRequest) => Attempt,
): (what: 'answer' | 'revoke', request: TokenRequest) => Promise<TokenAnswer | undefined> {
  const [turns, limited] = [createTurns(answeredAtOnce), createTurns(answeredAtOnce)]
  return async (what, request) => {
    const server = await current()
    const tried = attempt(request)
    if (tried === undefined) return limited({ group: '', sender: request.address ?? '' }, () => nextRound(undefined))
    const { authorization, contentType, body, certificate } = request
    const headers = { authorization, 'content-type': contentType }
    return turns(tried.taker, async () => {
      // Other work of the process goes on between the answers, however many wait.
      await nextRound()
      let isProved = true
      try {
        const answer = await askingFrom(request.address, () => server[what]({ headers, body, certificate }))
        isProved = answer.error === undefined || errorsOfProved.has(answer.error)
        return answer
      } finally {
        tried.end(isProved)
      }
    })
  }
}

type TakenDeps = Pick<OauthDeps, 'database' | 'onFault'> & {
  readonly nowMs: () => number
  readonly wallMs: () => number
}

/** What this process knows of clients, sessions and people, and what it has taken from them. */
function createTaken({ database, onFault, nowMs, wallMs }: TakenDeps) {
  const directory = createClientDirectory({ database, nowMs, onFault })
  const [changes, used] = [createChangedPeople(), createUsedRecords(database, wallMs)]
  const isOver = (session: PersonSession) => changes.isOver(session) || isOfEarlierClient(directory, session)
  const sessions = createSessionDirectory({ database, nowMs, onFault, isOver })
  return {
    ...{ directory, sessions, changes, used },
    writeAgain: async () => {
      const changed = directory.changedHere()
      if (changed.length > 0) await database.transaction((tx) => restoreClients(tx, changed))
      await changes.writeAgain(database)
      await database.transaction(used.writeAgain)
    },
    requireLatest: {
      person: changes.requireLatest,
      client: (client: OauthClient) => {
        if (directory.latest(client) !== client) throw behind()
      },
    },
  }
}

function isOfEarlierClient(
  directory: Pick<ClientDirectory, 'leastGeneration'>,
  { client, clientGeneration = 0 }: PersonSession,
): boolean {
  return client !== undefined && clientGeneration < directory.leastGeneration(client)
}

function serving(named: Named | undefined): Named {
  if (named) return named
  throw new Fault({ code: 'not_serving_yet', message: 'The server does not listen yet.', retryable: true })
}
