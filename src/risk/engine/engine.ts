import { assert } from '#kernel'
import type { Facts, WindowAnswer, WindowReader } from '../rules/facts.ts'
import type { Scenario } from '../rules/scenarios/compile-scenario.ts'
import type { Decision } from '../rules/scenarios/decide.ts'
import { type Challenger, type Decided, decideBatch } from '../rules/scenarios/decide-batch.ts'
import type { KeyedEntries, Override, Snooze } from '../rules/scenarios/keyed-entries.ts'
import { collectNeeds, type Needs } from '../rules/scenarios/needs.ts'
import type { Subject, SubjectKind } from '../rules/subject-schema.ts'
import { createKeyMemory, type KeyMemory, type KeyMemoryOptions, type SeriesKey } from '../windows/key-memory.ts'
import type { ChangedRows, Rows } from '../windows/rows.ts'
import type { Series, SeriesOptions } from '../windows/series.ts'
import { createEarlierMemory, type EarlierOptions, type EarlierRow } from './earlier-memory.ts'
import { type BoundWindow, keyLengthMax, planWindows, type WindowPlan } from './plan-windows.ts'

/** Who decides on a kind of subject: the live scenario, a challenger on its share, and those that are only compared. */
export type Roles = {
  readonly live: Scenario
  readonly challenger?: Challenger
  readonly shadows?: readonly Scenario[]
}

/** A subject with its place in the order of arrival, and when it arrived. */
export type Arrival = { readonly subject: Subject; readonly position: number; readonly arrivedAt: number }

/** What the engine does not keep itself. */
export type OuterFacts = Omit<Facts, 'windows' | 'earlier'>

export type ArrivedBatch = {
  /** In the order of their positions. Kinds may be mixed. */
  readonly arrivals: readonly Arrival[]
  readonly facts: OuterFacts
  readonly snoozes?: KeyedEntries<Snooze>
  readonly overrides?: KeyedEntries<Override>
  readonly onDecided?: (decision: Decision) => void
}

/** `keysMax`, `eventsMax` and `earlierMax` bound the memory. */
export type EngineOptions = SeriesOptions &
  Pick<KeyMemoryOptions, 'keysMax' | 'isStored'> &
  EarlierOptions & {
    /** One for each kind of subject at most. A kind without one is only counted. */
    readonly roles: readonly Roles[]
  }

/** What a batch needs in memory. */
export type EngineNeeds = Omit<Needs, 'windows'> & {
  /** Series that the batch reads or changes. */
  readonly series: readonly Series[]
  /** Keys that its rules ask for, and those in which its subjects will count. */
  readonly keys: readonly SeriesKey[]
}

export type EngineChanges = { readonly windows: readonly ChangedRows[]; readonly earlier: readonly EarlierRow[] }

export type RiskEngine = {
  readonly series: readonly Series[]
  /** Without rules evaluated. It may name more than is read, and never less. */
  readonly needsOf: (subjects: readonly Subject[]) => EngineNeeds
  /** Counts as a use of the key, so that loading other keys does not drop it. */
  readonly has: KeyMemory['has']
  readonly loadWindow: (rows: Rows) => void
  readonly loadEarlier: (row: EarlierRow) => void
  /** In one pass, each seeing those before it. Undefined: no scenario decides on its kind. */
  readonly decide: (batch: ArrivedBatch) => (Decided | undefined)[]
  /** Counts subjects and decides nothing: history, and subjects that come again with their status. */
  readonly observe: (arrivals: readonly Arrival[]) => void
  /** To write, in the transaction of the decisions. */
  readonly takeChanges: () => EngineChanges
  /** After a rollback: forgets what has changed since the last `takeChanges`. It is then loaded again. */
  readonly discard: () => void
  readonly rows: KeyMemory['rows']
}

/** Scenarios with the memory of their windows. Pure: rows come in, and rows go out. */
export function createEngine(options: EngineOptions): RiskEngine {
  const byKind = new Map(options.roles.map((roles): [SubjectKind, Roles] => [roles.live.schema.kind, roles]))
  assert(byKind.size === options.roles.length, 'a kind of subject has one live scenario')
  const scenarios = options.roles.flatMap(scenariosOf)
  const plan = planWindows(scenarios, options)
  const memory = createKeyMemory(plan.series, options)
  const earlier = createEarlierMemory(scenarios, options)
  const windows = createSharedReader(plan, memory)
  const count = ({ subject, position, arrivedAt }: Arrival) => {
    const { id, at } = subject
    for (const { series, memberOf } of plan.streams.get(subject.kind) ?? []) {
      const member = memberOf(subject)
      if (member === undefined) continue
      memory.apply({ series: series.id, key: member.key }, { id, at, position, value: member.value }, arrivedAt)
    }
    windows.next()
  }
  const decideRun = (roles: Roles, run: readonly Arrival[], { facts, snoozes, overrides, onDecided }: ArrivedBatch) => {
    let place = 0
    return decideBatch({
      ...roles,
      subjects: run.map(({ subject }) => subject),
      facts: { ...facts, windows, earlier },
      ...(snoozes !== undefined && { snoozes }),
      ...(overrides !== undefined && { overrides }),
      onDecided: (decision) => {
        earlier.remember(decision)
        count(run[place] as Arrival)
        place += 1
        onDecided?.(decision)
      },
    })
  }
  return {
    series: plan.series,
    needsOf: (subjects) => needsOf(plan, { byKind, subjects }),
    has: memory.has,
    loadWindow: (rows) => {
      memory.load(rows)
      windows.next()
    },
    loadEarlier: earlier.load,
    decide: (batch) =>
      runsOf(batch.arrivals).flatMap((run): (Decided | undefined)[] => {
        const roles = byKind.get((run[0] as Arrival).subject.kind)
        if (roles !== undefined) return decideRun(roles, run, batch)
        run.forEach(count)
        return run.map(() => undefined)
      }),
    observe: (arrivals) => arrivals.forEach(count),
    takeChanges: () => ({ windows: memory.takeChanges(), earlier: earlier.takeChanges() }),
    discard: () => {
      memory.discardChanges()
      earlier.discardChanges()
      windows.next()
    },
    rows: memory.rows,
  }
}

function scenariosOf({ live, challenger, shadows = [] }: Roles): Scenario[] {
  return [live, ...shadows, ...(challenger === undefined ? [] : [challenger.scenario])]
}

/** Neighbors of one kind. */
function runsOf(arrivals: readonly Arrival[]): Arrival[][] {
  const runs: Arrival[][] = []
  for (const arrival of arrivals) {
    const run = runs.at(-1)
    if (run?.[0]?.subject.kind === arrival.subject.kind) run.push(arrival)
    else runs.push([arrival])
  }
  return runs
}

type SharedReader = WindowReader & { readonly next: () => void }

/** The scenarios that look at a subject ask for a window once together. `next`: what was read may have changed. */
function createSharedReader({ windows }: WindowPlan, memory: KeyMemory): SharedReader {
  type Shared = { readonly window: BoundWindow; turn: number; key: string; at: number; answer: WindowAnswer }
  const shared = new Map(
    [...windows].map(([id, window]): [string, Shared] => [id, { window, turn: -1, key: '', at: 0, answer: null }]),
  )
  let turn = 0
  return {
    next: () => {
      turn += 1
    },
    read: ({ id }, key, at) => {
      const known = shared.get(id)
      if (known === undefined) return null
      if (known.turn === turn && known.key === key && known.at === at) return known.answer
      known.answer = known.window.read(memory, { key, at })
      known.turn = turn
      known.key = key
      known.at = at
      return known.answer
    },
  }
}

type Asking = { readonly byKind: ReadonlyMap<SubjectKind, Roles>; readonly subjects: readonly Subject[] }

function needsOf(plan: WindowPlan, { byKind, subjects }: Asking): EngineNeeds {
  const keys = new Map<Series, Set<string>>()
  const ask = (series: Series, key: string) => {
    if (key.length > keyLengthMax) return
    const known = keys.get(series) ?? new Set<string>()
    keys.set(series, known.add(key))
  }
  const outer: Omit<Needs, 'windows'>[] = []
  for (const [kind, roles] of byKind) {
    const own = subjects.filter((subject) => subject.kind === kind)
    if (own.length === 0) continue
    const { windows, ...others } = collectNeeds(scenariosOf(roles), own)
    outer.push(others)
    for (const [id, needed] of windows) {
      const series = plan.windows.get(id)?.series
      if (series !== undefined) for (const key of needed.keys) ask(series, key)
    }
  }
  for (const subject of subjects) {
    for (const { series, memberOf } of plan.streams.get(subject.kind) ?? []) {
      const member = memberOf(subject)
      if (member !== undefined) ask(series, member.key)
    }
  }
  return {
    ...mergeNeeds(outer),
    series: [...keys.keys()],
    keys: [...keys].flatMap(([{ id }, some]) => [...some].map((key) => ({ series: id, key }))),
  }
}

function mergeNeeds(all: readonly Omit<Needs, 'windows'>[]): Omit<Needs, 'windows'> {
  const earlier = new Map<string, Set<string>>()
  for (const needs of all) {
    for (const [field, values] of needs.earlier) {
      earlier.set(field, new Set([...(earlier.get(field) ?? []), ...values]))
    }
  }
  const union = (part: 'lists' | 'thresholds' | 'parties') => new Set(all.flatMap((needs) => [...needs[part]]))
  return { earlier, lists: union('lists'), thresholds: union('thresholds'), parties: union('parties') }
}
