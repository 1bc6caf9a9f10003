import type { Static } from 'typebox'
import { assert, formatTimestamp } from '#kernel'
import { answer, type Change, type Route, route } from '#platform/http'
import type { Database } from '#platform/postgres'
import { lanePolicies } from '../lane-policy.ts'
import type { LaneName } from '../lanes.ts'
import { deletePause, insertPause } from '../operating/control-store.ts'
import type { LaneState } from '../operating/lane-read-model.ts'
import type { LaneStates } from '../operating/lane-states.ts'
import { laneRefusals } from '../refusals.ts'
import { laneParams, laneState, lanesAnswer } from './schemas.ts'

const tag = 'Lanes'

/** For operators: the lanes are common to all books. */
export function laneStateRoutes(database: Database, states: LaneStates): Route[] {
  return [listLanesRoute(states), pauseRoute(database, states), resumeRoute(database, states)]
}

function listLanesRoute(states: LaneStates): Route {
  return route({
    method: 'GET',
    path: '/v1/lanes',
    operation: 'list_lanes',
    summary: 'Read the state of the lanes',
    description: 'The most urgent first. What is counted may be a second old, and older when very much is waiting.',
    tag,
    permission: 'lanes:read',
    answers: { 200: lanesAnswer },
    handle: async () => answer(200, { data: (await states.read()).map(toJson) }),
  })
}

function pauseRoute(database: Database, states: LaneStates): Route {
  return route({
    method: 'POST',
    path: '/v1/lanes/:lane/pause',
    operation: 'pause_lane',
    summary: 'Pause a lane',
    description:
      'No process takes more work of the lane, within about a second; what is being done is finished. What is enqueued ' +
      'waits.',
    tag,
    permission: 'lanes:manage',
    params: laneParams,
    answers: { 200: laneState },
    problems: ['lane_not_pausable'],
    acts: ['lane.paused'],
    writesBesides: () => true,
    handle: async ({ params, caller, refuse, record }) => {
      if (params.lane === 'rollback') {
        return refuse({ code: 'lane_not_pausable', message: laneRefusals.lane_not_pausable, param: 'lane' })
      }
      await database.unit(async (tx) => {
        const isNew = await insertPause(tx, params.lane, caller.principal.id)
        await record(tx, pausing(params.lane, { before: !isNew, after: true }))
      })
      return answer(200, toJson(await freshState(states, params.lane)))
    },
  })
}

function resumeRoute(database: Database, states: LaneStates): Route {
  return route({
    method: 'POST',
    path: '/v1/lanes/:lane/resume',
    operation: 'resume_lane',
    summary: 'Resume a lane',
    description: 'Lets a paused lane go on, within about a second.',
    tag,
    permission: 'lanes:manage',
    params: laneParams,
    answers: { 200: laneState },
    acts: ['lane.resumed'],
    writesBesides: () => true,
    handle: async ({ params, record }) => {
      await database.unit(async (tx) => {
        const wasPaused = await deletePause(tx, params.lane)
        await record(tx, pausing(params.lane, { before: wasPaused, after: false }))
      })
      return answer(200, toJson(await freshState(states, params.lane)))
    },
  })
}

function pausing(lane: LaneName, { before, after }: { readonly before: boolean; readonly after: boolean }): Change {
  return { subject: `lane ${lane}`, before: { paused: before }, after: { paused: after }, book: 'shared' }
}

async function freshState(states: LaneStates, lane: LaneName): Promise<LaneState> {
  states.forget()
  const found = (await states.read()).find((each) => each.lane === lane)
  assert(found !== undefined, 'every lane has a state')
  return found
}

function toJson(state: LaneState): Static<typeof laneState> {
  return {
    lane: state.lane,
    state: state.paused ? 'paused' : state.breakers.length > 0 ? 'breaker_open' : 'running',
    sla_ms: lanePolicies[state.lane].slaMs,
    depth: state.ready,
    delayed: state.delayed,
    oldest_ms: state.oldestMs,
    in_flight: state.inFlight,
    per_second: Math.round(state.perSecond * 10) / 10,
    workers: state.workers,
    dead_letters: state.deadLetters,
    breakers: state.breakers.map(({ kind, reason, openedAt, retryAt }) => ({
      kind,
      reason,
      opened_at: formatTimestamp(openedAt),
      retry_at: formatTimestamp(retryAt),
    })),
  }
}
