import type { RailSettings } from '#platform/config'
import { Fault } from '#platform/faults'
import type { RailAdapter } from './rail-adapter.ts'
import { createBankRail } from './simulator/bank-rail.ts'
import { createCardRail } from './simulator/card-rail.ts'
import type { SimulatorRailOptions } from './simulator/simulator-rail.ts'
import { createUpiRail } from './simulator/upi-rail.ts'

const callTimeoutMs = 10_000

const makers: Readonly<Record<string, (options: SimulatorRailOptions) => RailAdapter>> = {
  'simulator-card': createCardRail,
  'simulator-upi': createUpiRail,
  'simulator-bank': createBankRail,
}

/** Throws the Fault `rail_adapter_unknown`, for the operator. */
export function createConfiguredRails(settings: readonly RailSettings[]): RailAdapter[] {
  return settings.map(({ name, adapter, url, callbackSecrets, timeoutMs, inquireAfterMs }) => {
    const make = Object.hasOwn(makers, adapter) ? makers[adapter] : undefined
    if (make === undefined) {
      const message = `The rail ${name} has no adapter "${adapter}"; there are ${Object.keys(makers).join(', ')}.`
      throw new Fault({ code: 'rail_adapter_unknown', message, retryable: false })
    }
    return make({
      name,
      url,
      callbackSecrets,
      timeoutMs: timeoutMs ?? callTimeoutMs,
      ...(inquireAfterMs !== undefined && { inquireAfterMs }),
    })
  })
}
