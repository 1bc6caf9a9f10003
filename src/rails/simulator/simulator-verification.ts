import type { HttpClient } from '#platform/http-client'
import type { Rail } from '../rail.ts'
import { nameMatches } from '../rail-reports.ts'
import { isRecord, parseJson } from './simulator-operation.ts'

export function createSimulatorVerification(http: HttpClient, prefix: string): NonNullable<Rail['verify']> {
  return async ({ instrument, party }) => {
    const headers = ['content-type', 'application/json']
    const body = JSON.stringify({ instrument, name: party?.name })
    const reply = await http.call({ method: 'POST', path: `/${prefix}/verifications`, headers, body })
    if (reply.kind !== 'answered') return { kind: 'unavailable', why: reply.why }
    const value = parseJson(reply.body)
    const nameMatch = isRecord(value) ? nameMatches.find((known) => known === value.name_match) : undefined
    if (reply.status !== 200 || !isRecord(value) || nameMatch === undefined) {
      return { kind: 'unknown', why: `the rail answered ${reply.status}` }
    }
    const { eligible, name } = value
    const isEligible = typeof eligible === 'boolean' ? eligible : undefined
    return { kind: 'answered', isEligible, nameMatch, ...(typeof name === 'string' && { name }) }
  }
}
