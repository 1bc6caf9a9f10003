import { accepted, type Result, refused } from '#kernel'

/**
 * A version is edited as a draft only. Then it runs in the shadow, or counts, and in the end it is retired. A retired
 * one may count again, which is how a change is taken back.
 */
export type VersionState = 'draft' | 'shadow' | 'live' | 'retired'

export type ScenarioVersion = {
  readonly scenario: string
  readonly version: number
  readonly state: VersionState
  /** Who has edited it. */
  readonly authors: readonly string[]
  /** Who wants it live, until somebody else agrees. */
  readonly proposedBy?: string
}

export type VersionRefusal =
  | 'version_not_found'
  | 'version_not_editable'
  | 'state_not_reachable'
  | 'second_person_needed'

export type Transition = {
  readonly version: number
  readonly to: VersionState
  readonly by: string
  /** Whether two people publish. */
  readonly needsTwo: boolean
}

const reachable: Readonly<Record<VersionState, readonly VersionState[]>> = {
  draft: ['shadow', 'live', 'retired'],
  shadow: ['live', 'retired'],
  live: ['retired'],
  retired: ['live'],
}

const texts: Readonly<Record<VersionRefusal, string>> = {
  version_not_found: 'The scenario has no such version.',
  version_not_editable: 'Only a draft is edited. Make a new version of it.',
  state_not_reachable: 'The version cannot go from its state to this one.',
  second_person_needed: 'Another person must publish it: neither its authors nor who proposed it.',
}

const refuse = (code: VersionRefusal) => refused({ code, message: texts[code] })

/**
 * The versions after a transition. Where two people publish, the first call for `live` by an author only proposes it;
 * the second must come from somebody who has neither edited nor proposed it. One version at most is live.
 */
export function moveVersion(
  versions: readonly ScenarioVersion[],
  { version, to, by, needsTwo }: Transition,
): Result<readonly ScenarioVersion[], VersionRefusal> {
  const moved = versions.find((one) => one.version === version)
  if (moved === undefined) return refuse('version_not_found')
  if (!reachable[moved.state].includes(to)) return refuse('state_not_reachable')
  const others = versions.filter((one) => one.version !== version)
  if (to === 'live' && needsTwo) {
    const { proposedBy } = moved
    if (proposedBy === undefined) return accepted(ordered([...others, { ...moved, proposedBy: by }]))
    if (proposedBy === by || moved.authors.includes(by)) return refuse('second_person_needed')
  }
  const { proposedBy: _, ...plain } = moved
  const rest =
    to === 'live' ? others.map((one) => (one.state === 'live' ? { ...one, state: 'retired' as const } : one)) : others
  return accepted(ordered([...rest, { ...plain, state: to }]))
}

/** Whoever edits a draft is one of its authors, and a proposal of what it was before is void. */
export function editVersion(
  versions: readonly ScenarioVersion[],
  { version, by }: Pick<Transition, 'version' | 'by'>,
): Result<readonly ScenarioVersion[], VersionRefusal> {
  const edited = versions.find((one) => one.version === version)
  if (edited === undefined) return refuse('version_not_found')
  if (edited.state !== 'draft') return refuse('version_not_editable')
  const { proposedBy: _, ...plain } = edited
  const authors = [...new Set([...edited.authors, by])]
  return accepted(ordered([...versions.filter((one) => one.version !== version), { ...plain, authors }]))
}

function ordered(versions: readonly ScenarioVersion[]): readonly ScenarioVersion[] {
  return [...versions].sort((one, other) => one.version - other.version)
}
