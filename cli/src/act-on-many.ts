import { type ActedOnCases, type ActOnCases, type Munim, MunimError } from '@munim/sdk'
import type { ConnectionOptions } from './connection.ts'
import { CliFailure, messageOf } from './failure.ts'
import { formatTable, type Terminal, toJson, write } from './terminal.ts'

export type Action = Omit<ActOnCases, 'cases'>
type Results = ActedOnCases['data']

const requestMax = 100
const caseId = /^case_[0-7][0-9abcdefghjkmnpqrstvwxyz]{25}$/
/** Refused as a whole for its content, so none of its cases was acted on. */
const refusedAsAWhole: ReadonlySet<number> = new Set([400, 413, 422])

/** Sends nothing when one of the ids is malformed. When a later request fails, prints the results so far and throws. */
export async function actOnMany(
  terminal: Terminal,
  munim: Munim,
  ids: readonly string[],
  { json, action }: Pick<ConnectionOptions, 'json'> & { readonly action: Action },
): Promise<void> {
  const malformed = ids.filter((id) => !caseId.test(id))
  if (malformed.length > 0) {
    const list = malformed.map((id) => `"${id}"`).join(', ')
    throw new CliFailure(`not the id of a case: ${list}; no case was acted on`)
  }
  const results: Results[number][] = []
  let failure: CliFailure | undefined
  for (let at = 0; at < ids.length && failure === undefined; at += requestMax) {
    const cases = ids.slice(at, at + requestMax).map((id) => ({ id }))
    try {
      results.push(...(await munim.cases.actOnMany({ cases, ...action })).data)
    } catch (error) {
      if (at === 0) throw error
      failure = stopped(error, ids.slice(at), results)
    }
  }
  const rows = results.map(({ id, code, detail }) => [id, code ?? 'accepted', detail ?? ''])
  const columns = ['id', 'result', ''].map((title) => ({ title }))
  await write(terminal.stdout, json ? `${toJson(results)}\n` : formatTable(terminal.stdout, columns, rows))
  if (failure !== undefined) throw failure
  const refused = countRefused(results)
  if (refused > 0) throw new CliFailure(`${refused} of ${results.length} refused ${action.action}`)
}

function stopped(cause: unknown, rest: readonly string[], results: Results): CliFailure {
  const isRefused = cause instanceof MunimError && refusedAsAWhole.has(cause.status)
  const unknown = isRefused ? [] : rest.slice(0, requestMax)
  const notDone = rest.slice(unknown.length)
  const refused = countRefused(results)
  const accepted = results.length - refused
  const sentences = [
    `${messageOf(cause).replace(/\.?$/, '.')} Stopped.`,
    `Answered, as printed: ${results.length} of ${results.length + rest.length}`,
    `(${accepted} accepted, ${refused} refused).`,
    ...(unknown.length === 0 ? [] : [`Outcome unknown: ${spanOf(unknown)}.`]),
    ...(notDone.length === 0 ? [] : [`Not done: ${spanOf(notDone)}.`]),
  ]
  return new CliFailure(sentences.join(' '), { cause, done: { accepted, refused, unknown, not_done: notDone } })
}

function countRefused(results: Results): number {
  return results.filter(({ code }) => code !== null).length
}

function spanOf(ids: readonly string[]): string {
  return ids.length === 1 ? `${ids[0]}` : `${ids.length}, ${ids[0]} to ${ids.at(-1)}`
}
