import type { Account, TransferCommand, TransferOutcome } from '#ledger'
import type { Happening, History } from './ledger-history.ts'
import type { Answered, Asked, AskedChange } from './ledger-load.ts'
import {
  afterChange,
  type Change,
  changesOf,
  changesOfEnd,
  decideChange,
  decideTransfer,
  type ModelHead,
  type ModelHold,
  stateNames,
} from './ledger-model.ts'

export type Stage = Moment & { readonly head: ModelHead; readonly position: number }
export type Booked = Extract<Happening, { kind: 'booked' }>
export type Refused = Extract<Happening, { kind: 'refused' }>
export type Ended = Extract<Happening, { kind: 'ended' }>
export type Moment = { readonly startedAt: number; readonly answeredAt: number }

/** For an action without a request, such as the expiry of a hold. */
export const sometime: Moment = { startedAt: 0, answeredAt: Number.POSITIVE_INFINITY }
/** The database's clock and ours are one, but read at other moments. */
export const clockSlackMicros = 50_000

export class ReplayedHistory {
  readonly wrong: string[] = []
  protected readonly history: History
  readonly #stages = new Map<string, Stage[]>()
  protected readonly booked = new Map<string, Booked>()
  protected readonly ended = new Map<string, Ended>()
  readonly #refused = new Map<string, Refused>()
  /** The first decision on each id, and the command that ended each hold. */
  protected readonly decisions = new Map<string, Asked>()
  protected readonly ends = new Map<string, Asked>()
  protected readonly asked = new Map<string, Asked[]>()
  readonly #changes = new Map<string, AskedChange[]>()
  protected readonly references = new Map<string, Asked>()

  constructor(answered: Answered, history: History, opened: readonly Account[]) {
    this.history = history
    for (const account of opened) {
      this.#stages.set(account.code, [{ head: account, position: 0, startedAt: 0, answeredAt: 0 }])
    }
    for (const happening of history.happenings) {
      if (happening.kind === 'booked') this.booked.set(happening.id, happening)
      if (happening.kind === 'ended') this.ended.set(happening.id, happening)
      if (happening.kind === 'refused') this.#refused.set(happening.id, happening)
    }
    for (const asked of answered.groups.flat()) this.#note(asked)
    for (const change of answered.changes) {
      const { result, command } = change
      if (!result.ok) continue
      const name = `${command.account} ${result.value.version}`
      this.#changes.set(name, [...(this.#changes.get(name) ?? []), change])
    }
  }

  holds(): ModelHold[] {
    return [...this.booked.values()].filter(({ id, pending }) => pending && !this.ended.has(id))
  }

  heads(): Map<string, ModelHead> {
    return new Map([...this.#stages].map(([code, stages]) => [code, (stages.at(-1) as Stage).head]))
  }

  protected say(asked: Asked, text: string): void {
    const { command, mode, outcome } = asked
    this.wrong.push(`${text}: ${mode} ${command.kind} ${command.id} ${toText(command)} answered ${answerOf(outcome)}`)
  }

  #note(asked: Asked): void {
    const { command, outcome, mode } = asked
    const others = this.asked.get(command.id)
    if (others === undefined) this.asked.set(command.id, [asked])
    else others.push(asked)
    if (mode === 'dry' || mode === 'undone' || outcome.replayed) return
    if (command.kind !== 'create') {
      if (!outcome.ok) return
      if (this.ends.has(command.id)) this.say(asked, 'ended twice')
      this.ends.set(command.id, asked)
      return
    }
    const isDecision = outcome.ok || (command.idGiven && outcome.refusal.code !== 'id_already_used')
    if (!isDecision) return
    // A refused group also refuses commands that would have misused another's id.
    const isOwn =
      outcome.ok || outcome.refusal.code !== 'group_refused' || this.#refused.get(command.id)?.amount === command.amount
    if (!isOwn) return
    if (this.decisions.has(command.id)) this.say(asked, 'decided twice')
    this.decisions.set(command.id, asked)
    if (outcome.ok && command.reference !== undefined) this.references.set(command.reference, asked)
  }

  replayHistory(): void {
    const references = new Set<string>()
    let at = 0
    const { entries } = this.history
    for (const happening of this.history.happenings) {
      const moved = this.#replay(happening, references)
      for (const [account, head] of moved) {
        const entry = entries[at]
        at += 1
        const isAsRecorded =
          entry?.position === happening.position &&
          entry.account === account &&
          entry.version === head.version &&
          entry.posted === head.posted &&
          entry.pendingOut === head.pendingOut &&
          entry.pendingIn === head.pendingIn
        if (!isAsRecorded) this.wrong.push(`${account} should be ${toText(head)} but the entry is ${toText(entry)}`)
      }
    }
    if (at !== entries.length) this.wrong.push(`${entries.length - at} entries belong to nothing`)
    for (const [id, asked] of this.decisions) {
      const kept = asked.outcome.ok ? this.booked.has(id) : this.#refused.get(id)?.code === asked.outcome.refusal.code
      if (!kept) this.say(asked, 'answered and not recorded')
    }
    for (const [id, asked] of this.ends) if (!this.ended.has(id)) this.say(asked, 'answered and not recorded')
  }

  #replay(happening: Happening, references: Set<string>): (readonly [string, ModelHead])[] {
    if (happening.kind === 'refused') {
      if (!this.decisions.has(happening.id)) this.wrong.push(`the refusal of ${happening.id} was asked for by nobody`)
      return []
    }
    if (happening.kind === 'booked') return this.#replayBooked(happening, references)
    return happening.kind === 'ended' ? this.#replayEnded(happening) : this.#replayChanged(happening)
  }

  #replayBooked(booked: Booked, references: Set<string>): (readonly [string, ModelHead])[] {
    const asked = this.decisions.get(booked.id)
    if (asked === undefined || asked.command.kind !== 'create') {
      this.wrong.push(`${booked.id} was booked and asked for by nobody`)
      return this.#move(booked, { ...sometime, position: booked.position }, changesOf(booked.amount, booked.pending))
    }
    const { command } = asked
    const verdict = decideTransfer(command, {
      source: this.#headOf(command.source),
      destination: this.#headOf(command.destination),
      isReferenceTaken: command.reference !== undefined && references.has(command.reference),
      now: booked.recordedAt,
    })
    if (command.reference !== undefined) references.add(command.reference)
    const isSame =
      'amount' in verdict && verdict.amount === booked.amount && booked.pending === (command.pending ?? false)
    if (!isSame) this.say(asked, `the model says ${toText(verdict)}, but it is booked with ${booked.amount}`)
    return this.#move(
      booked,
      { ...momentOf(asked), position: booked.position },
      changesOf(booked.amount, booked.pending),
    )
  }

  #replayEnded(ended: Ended): (readonly [string, ModelHead])[] {
    const hold = this.booked.get(ended.id)
    if (hold === undefined) throw new Error(`the end of ${ended.id} ends nothing`)
    const asked = this.ends.get(ended.id)
    const { command } = asked ?? {}
    const lapsed = hold.expiresAt !== undefined && hold.expiresAt <= ended.recordedAt
    const isFrozen = [hold.source, hold.destination].some((code) => this.#headOf(code)?.state === 'frozen')
    const isRight =
      hold.pending &&
      (ended.how === 'expire'
        ? asked === undefined && lapsed && ended.amount === 0n
        : command?.kind === ended.how &&
          (command.kind === 'post'
            ? !lapsed && !isFrozen && ended.amount === (command.amount ?? hold.amount) && ended.amount <= hold.amount
            : ended.amount === 0n))
    if (!isRight) this.wrong.push(`${toText(ended)} is no end of ${toText(hold)} after ${toText(command)}`)
    return this.#move(hold, { ...momentOf(asked), position: ended.position }, changesOfEnd(hold.amount, ended.amount))
  }

  #replayChanged(changed: Extract<Happening, { kind: 'changed' }>): (readonly [string, ModelHead])[] {
    const { account, version, minAvailable, maxBalance } = changed
    const before = this.#headOf(account)
    if (before === undefined) throw new Error(`${account} was never opened`)
    const state = stateNames[changed.state]
    const recorded = { ...before, version, minAvailable, maxBalance, ...(state !== undefined && { state }) }
    // Requests that found nothing left to change were answered with the same version.
    const asked = (this.#changes.get(`${account} ${version}`) ?? []).find(
      ({ command }) => toText(decideChange(command, before)) === toText(recorded),
    )
    if (asked === undefined) this.wrong.push(`${toText(changed)} follows from nothing that was asked for`)
    return [this.#stage(account, recorded, { ...momentOf(asked), position: changed.position })]
  }

  #move(
    { source, destination }: Booked,
    place: Omit<Stage, 'head'>,
    [fromChange, toChange]: readonly [Change, Change],
  ): (readonly [string, ModelHead])[] {
    return [
      this.#stage(source, afterChange(this.#headOf(source) as ModelHead, fromChange), place),
      this.#stage(destination, afterChange(this.#headOf(destination) as ModelHead, toChange), place),
    ]
  }

  #stage(account: string, head: ModelHead, place: Omit<Stage, 'head'>): readonly [string, ModelHead] {
    this.#stages.get(account)?.push({ head, ...place })
    return [account, head]
  }

  #headOf(account: string): ModelHead | undefined {
    return this.#stages.get(account)?.at(-1)?.head
  }

  protected window(account: string, { startedAt, answeredAt }: Moment): Stage[] {
    const stages = this.#stages.get(account) ?? []
    const from = stages.findLastIndex((stage) => stage.answeredAt <= startedAt)
    const to = stages.findLastIndex((stage) => stage.startedAt <= answeredAt)
    return stages.slice(Math.max(0, from), to + 1)
  }
}

export function isChange(happening: Happening, account: string, version: number): boolean {
  return happening.kind === 'changed' && happening.account === account && happening.version === version
}

export function momentOf(asked: Moment | undefined): Moment {
  const { startedAt, answeredAt } = asked ?? sometime
  return { startedAt, answeredAt }
}

export const pairsMax = 40_000

/** First side by side in the histories, then every pair: processes may be further ahead on one of the accounts. */
export function* pairs(
  sources: readonly Stage[],
  destinations: readonly Stage[],
): Generator<readonly [Stage | undefined, Stage | undefined]> {
  let [from, to] = [0, 0]
  for (;;) {
    yield [sources[from], destinations[to]]
    const [nextFrom, nextTo] = [sources[from + 1], destinations[to + 1]]
    if (nextFrom === undefined && nextTo === undefined) break
    const isFromNext = nextTo === undefined || (nextFrom !== undefined && nextFrom.position <= nextTo.position)
    if (isFromNext) from += 1
    if (!isFromNext || nextFrom?.position === nextTo?.position) to += 1
  }
  if (sources.length * destinations.length > pairsMax) return
  for (const source of sources) for (const destination of destinations) yield [source, destination]
}

export function subsetsOf(changes: readonly Change[]): Change[][] {
  let subsets: Change[][] = [[]]
  for (const change of changes) subsets = subsets.flatMap((subset) => [[...subset, change], subset])
  return subsets
}

export function sameRequest(a: TransferCommand, b: TransferCommand): boolean {
  return toText(a) === toText(b)
}

export function answerOf(outcome: TransferOutcome): string {
  return outcome.ok ? `${outcome.transfer.state} ${outcome.transfer.amount}` : refusalOf(outcome.refusal)
}

export function refusalOf({ code, param }: { readonly code: string; readonly param?: string }): string {
  return param === undefined ? code : `${code} (${param})`
}

export function toMicros(processMs: number): number {
  return Math.floor((performance.timeOrigin + processMs) * 1_000)
}

/** Fields are in the order of their names, so that equal values have equal texts. */
export function toText(value: unknown): string {
  return (
    JSON.stringify(value, (_, field: unknown) => {
      if (typeof field === 'bigint') return `${field}n`
      if (typeof field !== 'object' || field === null || Array.isArray(field)) return field
      return Object.fromEntries(Object.entries(field).sort(([a], [b]) => (a < b ? -1 : 1)))
    }) ?? 'undefined'
  )
}
