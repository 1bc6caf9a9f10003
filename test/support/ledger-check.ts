import type { Account, CreateTransfer, TransferCommand } from '#ledger'
import type { History } from './ledger-history.ts'
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
} from './ledger-model.ts'

import {
  answerOf,
  type Booked,
  clockSlackMicros,
  isChange,
  pairs,
  ReplayedHistory,
  refusalOf,
  sameRequest,
  sometime,
  subsetsOf,
  toMicros,
  toText,
} from './ledger-replay.ts'

/**
 * Concurrency leaves the order open, so booked commands are replayed in the order of positions. Refused and tried
 * commands must follow from heads that their accounts had between request and answer.
 */
export function checkAgainstModel(
  answered: Answered,
  history: History,
  opened: readonly Account[],
): {
  readonly wrong: string[]
  readonly heads: ReadonlyMap<string, ModelHead>
  readonly holds: readonly ModelHold[]
} {
  const check = new ModelCheck(answered, history, opened)
  check.replayHistory()
  for (const group of answered.groups) check.checkGroup(group)
  for (const change of answered.changes) check.checkChange(change)
  return { wrong: check.wrong, heads: check.heads(), holds: check.holds() }
}

class ModelCheck extends ReplayedHistory {
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
    if (reasons.length > 1) this.say(reasons[1] as Asked, 'a group with two reasons')
    const isFounded = reasons.length === 1 || group.some(({ outcome }) => !outcome.ok && outcome.replayed)
    if (!isFounded) this.say(group[0] as Asked, 'a group refused for no reason')
    for (const asked of group) {
      if (asked.outcome.ok && !asked.outcome.replayed) this.say(asked, 'booked in a refused group')
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
    if (!isExplained) this.say(asked, 'nothing explains it')
  }

  #checkReplay(asked: Asked): void {
    const first = this.decisions.get(asked.command.id)
    const unrecorded = asked.mode === 'undone' || asked.mode === 'dry'
    if (unrecorded && asked.before.some(({ id }) => id === asked.command.id)) return
    const isSame =
      first !== undefined &&
      toText({ ...asked.outcome, replayed: false }) === toText(first.outcome) &&
      sameRequest(first.command, asked.command)
    if (!isSame) this.say(asked, `a replay of ${first && answerOf(first.outcome)}`)
  }

  #explainsCreate(asked: Asked, command: CreateTransfer): boolean {
    const { outcome, startedAt, answeredAt } = asked
    if (!outcome.ok && outcome.refusal.code === 'id_already_used') {
      return (this.asked.get(command.id) ?? []).some(
        (other) => other.startedAt <= answeredAt && !sameRequest(other.command, command),
      )
    }
    const expected = outcome.ok ? toText({ amount: outcome.transfer.amount }) : toText({ refused: answerOf(outcome) })
    const named = command.reference === undefined ? undefined : this.references.get(command.reference)
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
      this.window(command.source, asked),
      this.window(command.destination, asked),
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

  #transformations(asked: Asked, account: string): ((head: ModelHead) => ModelHead)[] {
    const asIs = (head: ModelHead) => head
    const isTakenBack = asked.atomic || asked.mode === 'undone' || asked.mode === 'dry'
    if (!isTakenBack || asked.before.length === 0) return [asIs]
    const changes = asked.before.flatMap((command) => this.#changesBy(command, account, asked))
    if (asked.atomic) return [(head) => changes.reduce(afterChange, head), asIs]
    // Where the group is not atomic, an earlier command may have been refused or a replay.
    return subsetsOf(changes).map((done) => (head) => done.reduce(afterChange, head))
  }

  #changesBy(command: TransferCommand, account: string, { before }: Asked): Change[] {
    const made =
      command.kind === 'create'
        ? command
        : (before.find((one) => one.kind === 'create' && one.id === command.id) ??
          this.decisions.get(command.id)?.command)
    if (made?.kind !== 'create' || made.source === made.destination) return []
    const held = this.booked.get(command.id)?.amount ?? made.amount
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
    const hold = this.booked.get(command.id)
    const made = this.decisions.get(command.id)
    const answer = outcome.ok ? 'ok' : outcome.refusal.code
    if (answer === 'transfer_not_found') return hold === undefined || made === undefined || made.answeredAt > startedAt
    if (hold === undefined || (made !== undefined && made.startedAt > answeredAt)) return false
    return answer === 'transfer_not_pending' ? !hold.pending : this.#explainsEndOf(hold, asked)
  }

  #explainsEndOf(hold: Booked, asked: Asked): boolean {
    const { command, outcome, startedAt, answeredAt } = asked
    const ended = this.ended.get(command.id)
    const end = ended && (this.ends.get(command.id) ?? sometime)
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
        const heads = this.window(outcome.refusal.param === 'source' ? hold.source : hold.destination, asked)
        return mayBeOpen && heads.some(({ head }) => head.state === 'frozen')
      }
      default:
        return false
    }
  }

  checkChange(asked: AskedChange): void {
    const { command, result } = asked
    if (result.ok && this.history.happenings.some((one) => isChange(one, command.account, result.value.version))) return
    const expected = result.ok ? `version ${result.value.version}` : toText({ refused: refusalOf(result.refusal) })
    const isExplained = this.window(command.account, asked).some(({ head }) => {
      const after = decideChange(command, head)
      return ('refused' in after ? toText(after) : `version ${after.version}`) === expected
    })
    if (!isExplained) this.wrong.push(`nothing explains ${expected} as the answer to ${toText(command)}`)
  }
}
