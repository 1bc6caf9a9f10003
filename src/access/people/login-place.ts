import { AsyncLocalStorage } from 'node:async_hooks'
import type { ActingCall, RouteRequest } from '#platform/http'
import type { Person } from './person.ts'

/** From where someone proves who they are: the request. */
export type LoginPlace = Pick<ActingCall, 'address' | 'requestId'>

export function placeOf({ id, address }: Pick<RouteRequest, 'id' | 'address'>): LoginPlace {
  return { address: address()?.replace(/^::ffff:/, ''), requestId: id }
}

/** Of the request that leads a login on. The library passes on nothing of it. */
const loggingIn = new AsyncLocalStorage<LoginPlace>()

export function loggingInFrom<Answer>(place: LoginPlace, work: () => Promise<Answer>): Promise<Answer> {
  return loggingIn.run(place, work)
}

/** For the log of acts. No permission is needed for what a person does with their proof, by default at a login. */
export function callOfPerson(
  { name }: Pick<Person, 'name'>,
  { by, place = loggingIn.getStore() }: { readonly by: string; readonly place?: LoginPlace },
): ActingCall | undefined {
  return place && { name, grant: by, permission: '', ...place }
}
