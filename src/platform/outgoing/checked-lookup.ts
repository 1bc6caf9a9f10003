import { type LookupAddress, lookup as systemLookup } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { type OutgoingSource, refusalOfAddress } from './outgoing-policy.ts'

/** All addresses of a name, in the order in which they are tried. */
export type Resolve = (
  name: string,
  done: (error: NodeJS.ErrnoException | null, addresses: readonly LookupAddress[]) => void,
) => void

/** The call was not made: its host has no address that it may go to. */
class OutgoingRefused extends Error {
  readonly code = 'outgoing_refused'
}

const bySystem: Resolve = (name, done) => systemLookup(name, { all: true }, done)

/**
 * For the connection itself, which then goes to one of the addresses that were checked: the name is not resolved again.
 * Of several addresses, those that are refused are left out.
 */
export function checkedLookup(source: OutgoingSource, resolve: Resolve = bySystem): LookupFunction {
  return (name, options, done) => {
    resolve(name, (error, addresses) => {
      if (error !== null) return done(error, '')
      const refusals = addresses.map(({ address }) => refusalOfAddress(address, source))
      const checked = addresses.filter((_, at) => refusals[at] === undefined)
      const [first] = checked
      if (first === undefined) return done(refused(refusals[0] ?? 'no address'), '')
      if (options.all === true) return done(null, checked)
      done(null, first.address, first.family)
    })
  }
}

export type FoundAddress = Pick<LookupAddress, 'address' | 'family'>

/** All addresses of a name in the configuration that calls may go to. Rejects when there is none. */
export function addressesOf(name: string, resolve?: Resolve): Promise<readonly FoundAddress[]> {
  return new Promise((found, fail) => {
    checkedLookup('configuration', resolve)(name, { all: true }, (error, addresses) => {
      if (error !== null || typeof addresses === 'string') fail(error)
      else found(addresses)
    })
  })
}

export function refused(what: string): OutgoingRefused {
  return new OutgoingRefused(`the host is at ${what}, which calls may not go to`)
}
