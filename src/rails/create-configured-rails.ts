import { Fault } from '#platform/faults'
import type { Tls } from '#platform/tls'
import { netbank } from './netbank/netbank-rail.ts'
import type { RailAdapter } from './rail-adapter.ts'
import type { AdapterKind } from './settings/adapter-kind.ts'
import { simulatorBank } from './simulator/bank-rail.ts'
import { simulatorCard } from './simulator/card-rail.ts'
import { simulatorUpi } from './simulator/upi-rail.ts'

/** Every kind of rail has one line here. */
const kinds: Readonly<Record<string, AdapterKind>> = {
  'simulator-card': simulatorCard,
  'simulator-upi': simulatorUpi,
  'simulator-bank': simulatorBank,
  netbank,
}

/** A rail's name, its adapter, and the settings that the adapter declares, as they stand in the configuration. */
export type RailSettings = { readonly name: string; readonly adapter: string } & Readonly<Record<string, unknown>>

/** Each completes the sentence "the rail card …". */
export function wrongSettings(rail: RailSettings): readonly string[] {
  const read = readSettings(rail)
  return 'wrong' in read ? read.wrong : []
}

/** `tls`: the process's certificate. Throws the Fault `rail_settings_wrong`, for the operator. */
export function createConfiguredRails(rails: readonly RailSettings[], tls?: Tls): RailAdapter[] {
  return rails.map((rail) => {
    const read = readSettings(rail)
    if ('make' in read) return read.make(tls)
    const message = `The rail ${rail.name} ${read.wrong.join('; ')}.`
    throw new Fault({ code: 'rail_settings_wrong', message, retryable: false })
  })
}

function readSettings({ name, adapter, ...values }: RailSettings): ReturnType<AdapterKind['read']> {
  const kind = Object.hasOwn(kinds, adapter) ? kinds[adapter] : undefined
  if (kind !== undefined) return kind.read(name, values)
  return { wrong: [`has the adapter "${adapter.slice(0, 40)}"; known are ${Object.keys(kinds).join(', ')}`] }
}
