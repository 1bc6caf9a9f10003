import type { Account, CreateTransfer, TransferCommand, TransferOutcome } from '#ledger'
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

/** A head of an account, and when it was made, as far as its maker can tell. */
type Stage = Moment & { readonly head: ModelHead; readonly position: number }
type Booked = Extract<Happening, { kind: 'booked' }>
type Refused = Extract<Happening, { kind: 'refused' }>
type Ended = Extract<Happening, { kind: 'ended' }>
type Moment = { readonly startedAt: number; readonly answeredAt: number }

/** The time of an action without a request, such as the expiry of a hold: any time. */
const sometime: Moment = { startedAt: 0, answeredAt: Number.POSITIVE_INFINITY }
/** The database's clock and ours are one, but read at other moments. */
const clockSlackMicros = 50_000

/**
 * Compares answers and books with the model. Concurrency leaves the order open. So booked commands are replayed in the
 * order of positions, which the books claim. Refused and tried commands must follow from heads that their accounts had
 * between request and answer. Answers the differences, a line each.
 */
export function checkAgainstModel(
  answered: Answered,
  history: History,
  opened: readonly Account[],
): {
  readonly wrong: string[]
  readonly heads: ReadonlyMap<string, ModelHead>
  /** The holds whose end is not written. */
  readonly holds: readonly ModelHold[]
} {
  const check = new ModelCheck(answered, history, opened)
  check.replayHistory()
  for (const group of answered.groups) check.checkGroup(group)
  for (const change of answered.changes) check.checkChange(change)
  return { wrong: check.wrong, heads: check.heads(), holds: check.holds() }
}

class ModelCheck {
  readonly wrong: string[] = []
  readonly #history: History
  readonly #stages = new Map<string, Stage[]>()
  readonly #booked = new Map<string, Booked>()
  readonly #ended = new Map<string, Ended>()
  readonly #refused = new Map<string, Refused>()
  /** The first decision on each id, and the command that ended each hold. */
  readonly #decisions = new Map<string, Asked>()
  readonly #ends = new Map<string, Asked>()
  readonly #asked = new Map<string, Asked[]>()
  readonly #changes = new Map<string, AskedChange[]>()
  readonly #references = new Map<string, Asked>()

  constructor(answered: Answered, history: History, opened: readonly Account[]) {
    this.#history = history
    for (const account of opened) {
      this.#stages.set(account.code, [{ head: account, position: 0, startedAt: 0, answeredAt: 0 }])
    }
    for (const happening of history.happenings) {
      if (happening.kind === 'booked') this.#booked.set(happening.id, happening)
      if (happening.kind === 'ended') this.#ended.set(happening.id, happening)
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
    return [...this.#booked.values()].filter(({ id, pending }) => pending && !this.#ended.has(id))
  }

  heads(): Map<string, ModelHead> {
    return new Map([...this.#stages].map(([code, stages]) => [code, (stages.at(-1) as Stage).head]))
  }

  #say(asked: Asked, text: string): void {
    const { command, mode, outcome } = asked
    this.wrong.push(`${text}: ${mode} ${command.kind} ${command.id} ${toText(command)} answered ${answerOf(outcome)}`)
  }

  #note(asked: Asked): void {
    const { command, outcome, mode } = asked
    const others = this.#asked.get(command.id)
    if (others === undefined) this.#asked.set(command.id, [asked])
    else others.push(asked)
    if (mode === 'dry' || mode === 'undone' || outcome.replayed) return
    if (command.kind !== 'create') {
      if (!outcome.ok) return
      if (this.#ends.has(command.id)) this.#say(asked, 'ended twice')
      this.#ends.set(command.id, asked)
      return
    }
    const isDecision = outcome.ok || (command.idGiven && outcome.refusal.code !== 'id_already_used')
    if (!isDecision) return
    // A refused group also refuses commands that would have misused another's id.
    const isOwn =
      outcome.ok || outcome.refusal.code !== 'group_refused' || this.#refused.get(command.id)?.amount === command.amount
    if (!isOwn) return
    if (this.#decisions.has(command.id)) this.#say(asked, 'decided twice')
    this.#decisions.set(command.id, asked)
    if (outcome.ok && command.reference !== undefined) this.#references.set(command.reference, asked)
  }

  replayHistory(): void {
    const references = new Set<string>()
    let at = 0
    const { entries } = this.#history
    for (const happening of this.#history.happenings) {
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
    for (const [id, asked] of this.#decisions) {
      const kept = asked.outcome.ok ? this.#booked.has(id) : this.#refused.get(id)?.code === asked.outcome.refusal.code
      if (!kept) this.#say(asked, 'answered and not recorded')
    }
    for (const [id, asked] of this.#ends) if (!this.#ended.has(id)) this.#say(asked, 'answered and not recorded')
  }

  #replay(happening: Happening, references: Set<string>): (readonly [string, ModelHead])[] {
    if (happening.kind === 'refused') {
      if (!this.#decisions.has(happening.id)) this.wrong.push(`the refusal of ${happening.id} was asked for by nobody`)
      return []
    }
    if (happening.kind === 'booked') return this.#replayBooked(happening, references)
    return happening.kind === 'ended' ? this.#replayEnded(happening) : this.#replayChanged(happening)
  }

  #replayBooked(booked: Booked, references: Set<string>): (readonly [string, ModelHead])[] {
    const asked = this.#decisions.get(booked.id)
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
    if (!isSame) this.#say(asked, `the model says ${toText(verdict)}, but it is booked with ${booked.amount}`)
    return this.#move(
      booked,
      { ...momentOf(asked), position: booked.position },
      changesOf(booked.amount, booked.pending),
    )
  }

  #replayEnded(ended: Ended): (readonly [string, ModelHead])[] {
    const hold = this.#booked.get(ended.id)
    if (hold === undefined) throw new Error(`the end of ${ended.id} ends nothing`)
    const asked = this.#ends.get(ended.id)
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

  /** The possible heads of an account between request and answer. */
  #window(account: string, { startedAt, answeredAt }: Moment): Stage[] {
    const stages = this.#stages.get(account) ?? []
    const from = stages.findLastIndex((stage) => stage.answeredAt <= startedAt)
    const to = stages.findLastIndex((stage) => stage.startedAt <= answeredAt)
    return stages.slice(Math.max(0, from), to + 1)
  }

  checkGroup(group: readonly Asked[]): void {
    const [first] = group
    if (first?.atomic === true && group.length > 1 && group.some(({ outcome }) => !outcome.ok)) {
      this.#checkRefusedGroup(group)
    }
    for (const asked of group) this.#checkAnswer(asked)
  }

  /** A refused group has one reason, new or recorded; the others are refused with it or keep their first answers. */
  #checkRefusedGroup(group: readonly Asked[]): void {
    const reasons = group.filter(
      ({ outcome }) => !outcome.ok && !outcome.replayed && outcome.refusal.code !== 'group_refused',
    )
    if (reasons.length > 1) this.#say(reasons[1] as Asked, 'a group with two reasons')
    const isFounded = reasons.length === 1 || group.some(({ outcome }) => !outcome.ok && outcome.replayed)
    if (!isFounded) this.#say(group[0] as Asked, 'a group refused for no reason')
    for (const asked of group) {
      if (asked.outcome.ok && !asked.outcome.replayed) this.#say(asked, 'booked in a refused group')
    }
  }

  #checkAnswer(asked: Asked): void {
    const { outcome, command, mode } = asked
    if (outcome.replayed) {
      this.#checkReplay(asked)
      return
    }
    if (!outcome.ok && outcome.refusal.code === 'group_refused') return
    const isRecorded = outcome.ok && (mode === 'submitted' || mode === 'posted')
    if (isRecorded) return
    const isExplained = command.kind === 'create' ? this.#explainsCreate(asked, command) : this.#explainsEnd(asked)
    if (!isExplained) this.#say(asked, 'nothing explains it')
  }

  #checkReplay(asked: Asked): void {
    const first = this.#decisions.get(asked.command.id)
    const unrecorded = asked.mode === 'undone' || asked.mode === 'dry'
    if (unrecorded && asked.before.some(({ id }) => id === asked.command.id)) return
    const isSame =
      first !== undefined &&
      toText({ ...asked.outcome, replayed: false }) === toText(first.outcome) &&
      sameRequest(first.command, asked.command)
    if (!isSame) this.#say(asked, `a replay of ${first && answerOf(first.outcome)}`)
  }

  #explainsCreate(asked: Asked, command: CreateTransfer): boolean {
    const { outcome, startedAt, answeredAt } = asked
    if (!outcome.ok && outcome.refusal.code === 'id_already_used') {
      return (this.#asked.get(command.id) ?? []).some(
        (other) => other.startedAt <= answeredAt && !sameRequest(other.command, command),
      )
    }
    const expected = outcome.ok ? toText({ amount: outcome.transfer.amount }) : toText({ refused: answerOf(outcome) })
    const named = command.reference === undefined ? undefined : this.#references.get(command.reference)
    const ownReference = asked.before.some((one) => one.kind === 'create' && one.reference === command.reference)
    const takenness = [
      ...(named !== undefined && named.startedAt <= answeredAt ? [true] : []),
      ...(ownReference && command.reference !== undefined ? [true] : []),
      ...(named === undefined || named.answeredAt > startedAt ? [false] : []),
    ]
    const moments = [toMicros(startedAt) - clockSlackMicros, toMicros(answeredAt) + clockSlackMicros]
    const ofSource = this.#transformations(asked, command.source)
    const ofDestination = this.#transformations(asked, command.destination)
    const isExpected = (source: ModelHead | undefined, destination: ModelHead | undefined) =>
      takenness.some((isReferenceTaken) =>
        moments.some(
          (now) => toText(decideTransfer(command, { source, destination, isReferenceTaken, now })) === expected,
        ),
      )
    for (const [source, destination] of pairs(
      this.#window(command.source, asked),
      this.#window(command.destination, asked),
    )) {
      const isFound = ofSource.some((changeSource) =>
        ofDestination.some((changeDestination) =>
          isExpected(source && changeSource(source.head), destination && changeDestination(destination.head)),
        ),
      )
      if (isFound) return true
    }
    return false
  }

  /** The possible changes of an account by earlier commands of the group, which were rolled back. */
  #transformations(asked: Asked, account: string): ((head: ModelHead) => ModelHead)[] {
    const asIs = (head: ModelHead) => head
    const isTakenBack = asked.atomic || asked.mode === 'undone' || asked.mode === 'dry'
    if (!isTakenBack || asked.before.length === 0) return [asIs]
    const changes = asked.before.flatMap((command) => this.#changesBy(command, account, asked))
    if (asked.atomic) return [(head) => changes.reduce(afterChange, head), asIs]
    // An earlier command may have been refused or a replay, where the group is not atomic.
    return subsetsOf(changes).map((done) => (head) => done.reduce(afterChange, head))
  }

  #changesBy(command: TransferCommand, account: string, { before }: Asked): Change[] {
    const made =
      command.kind === 'create'
        ? command
        : (before.find((one) => one.kind === 'create' && one.id === command.id) ??
          this.#decisions.get(command.id)?.command)
    if (made?.kind !== 'create' || made.source === made.destination) return []
    const held = this.#booked.get(command.id)?.amount ?? made.amount
    const [source, destination] =
      command.kind === 'create'
        ? changesOf(made.amount, made.pending ?? false)
        : changesOfEnd(held, command.kind === 'post' ? (command.amount ?? held) : 0n)
    return [...(made.source === account ? [source] : []), ...(made.destination === account ? [destination] : [])]
  }

  #explainsEnd(asked: Asked): boolean {
    const { command, outcome, startedAt, answeredAt } = asked
    // Made or ended by the group itself, which was rolled back.
    if (asked.before.some(({ id }) => id === command.id)) return true
    const hold = this.#booked.get(command.id)
    const made = this.#decisions.get(command.id)
    const answer = outcome.ok ? 'ok' : outcome.refusal.code
    if (answer === 'transfer_not_found') return hold === undefined || made === undefined || made.answeredAt > startedAt
    if (hold === undefined || (made !== undefined && made.startedAt > answeredAt)) return false
    return answer === 'transfer_not_pending' ? !hold.pending : this.#explainsEndOf(hold, asked)
  }

  #explainsEndOf(hold: Booked, asked: Asked): boolean {
    const { command, outcome, startedAt, answeredAt } = asked
    const ended = this.#ended.get(command.id)
    const end = ended && (this.#ends.get(command.id) ?? sometime)
    const mayBeEnded = end !== undefined && end.startedAt <= answeredAt
    const mayBeOpen = end === undefined || end.answeredAt > startedAt
    if (outcome.ok) return mayBeOpen && hold.pending
    switch (outcome.refusal.code) {
      case 'transfer_already_posted':
        return mayBeEnded && ended?.how === 'post'
      case 'transfer_already_voided':
        return mayBeEnded && ended?.how === 'void'
      case 'transfer_expired':
        return hold.expiresAt !== undefined && hold.expiresAt <= toMicros(answeredAt) + clockSlackMicros
      case 'amount_exceeds_hold':
        return mayBeOpen && command.kind === 'post' && (command.amount ?? 0n) > hold.amount
      case 'account_frozen': {
        const heads = this.#window(outcome.refusal.param === 'source' ? hold.source : hold.destination, asked)
        return mayBeOpen && heads.some(({ head }) => head.state === 'frozen')
      }
      default:
        return false
    }
  }

  checkChange(asked: AskedChange): void {
    const { command, result } = asked
    if (result.ok && this.#history.happenings.some((one) => isChange(one, command.account, result.value.version)))
      return
    const expected = result.ok ? `version ${result.value.version}` : toText({ refused: refusalOf(result.refusal) })
    const isExplained = this.#window(command.account, asked).some(({ head }) => {
      const after = decideChange(command, head)
      return ('refused' in after ? toText(after) : `version ${after.version}`) === expected
    })
    if (!isExplained) this.wrong.push(`nothing explains ${expected} as the answer to ${toText(command)}`)
  }
}

function isChange(happening: Happening, account: string, version: number): boolean {
  return happening.kind === 'changed' && happening.account === account && happening.version === version
}

function momentOf(asked: Moment | undefined): Moment {
  const { startedAt, answeredAt } = asked ?? sometime
  return { startedAt, answeredAt }
}

/** More pairs than this are not tried one by one. */
const pairsMax = 40_000

/**
 * The possible heads of two accounts at one time. First, the pairs by their histories side by side. Then every pair, as
 * several processes may each be further on one of the two accounts.
 */
function* pairs(
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

function subsetsOf(changes: readonly Change[]): Change[][] {
  let subsets: Change[][] = [[]]
  for (const change of changes) subsets = subsets.flatMap((subset) => [[...subset, change], subset])
  return subsets
}

function sameRequest(a: TransferCommand, b: TransferCommand): boolean {
  return toText(a) === toText(b)
}

function answerOf(outcome: TransferOutcome): string {
  return outcome.ok ? `${outcome.transfer.state} ${outcome.transfer.amount}` : refusalOf(outcome.refusal)
}

function refusalOf({ code, param }: { readonly code: string; readonly param?: string }): string {
  return param === undefined ? code : `${code} (${param})`
}

function toMicros(processMs: number): number {
  return Math.floor((performance.timeOrigin + processMs) * 1_000)
}

/** The fields in the order of their names, so that equal values have equal texts. */
function toText(value: unknown): string {
  return (
    JSON.stringify(value, (_, field: unknown) => {
      if (typeof field === 'bigint') return `${field}n`
      if (typeof field !== 'object' || field === null || Array.isArray(field)) return field
      return Object.fromEntries(Object.entries(field).sort(([a], [b]) => (a < b ? -1 : 1)))
    }) ?? 'undefined'
  )
}
