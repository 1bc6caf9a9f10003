import type { RailAdapter } from '../rail-adapter.ts'
import { createBankRail } from './bank-rail.ts'
import { createCardRail } from './card-rail.ts'
import type { SimulatorRailOptions } from './simulator-rail.ts'
import { createUpiRail } from './upi-rail.ts'

export const simulatorRails = ['card', 'upi', 'bank'] as const

/** The three rails of one simulator, under their own names: `card`, `upi` and `bank`. */
export function createSimulatorRails(options: Omit<SimulatorRailOptions, 'name' | 'inquireAfterMs'>): RailAdapter[] {
  return [
    createCardRail({ ...options, name: 'card' }),
    createUpiRail({ ...options, name: 'upi' }),
    createBankRail({ ...options, name: 'bank' }),
  ]
}
