import type { Static } from 'typebox'
import { answer, type Route, route } from '#platform/http'
import type { Scaler, Scaling } from '../operating/scaler.ts'
import { scalingAnswer } from './schemas.ts'

export function scalingRoute(latest: Scaler['latest']): Route {
  return route({
    method: 'GET',
    path: '/scaling',
    operation: 'get_scaling',
    summary: 'How many processes should handle the lanes',
    description:
      'The latest decision of this process, for autoscalers, with what it was made from. 503 in a process that does ' +
      'not handle the lanes, and in the first seconds.',
    tag: 'Service',
    permission: 'none',
    answers: { 200: scalingAnswer },
    handle: async ({ refuse }) => {
      const scaling = latest()
      return scaling === undefined
        ? refuse({
            code: 'service_unavailable',
            message: 'This process has decided nothing: ask one with the role worker.',
          })
        : answer(200, toJson(scaling))
    },
  })
}

function toJson(scaling: Scaling): Static<typeof scalingAnswer> {
  return {
    recommended_workers: scaling.recommendedWorkers,
    workers: scaling.workers,
    because: scaling.because,
    commit_ms: rounded(scaling.commitMs),
    commit_baseline_ms: rounded(scaling.commitBaselineMs),
    lanes: scaling.lanes.map(({ lane, load, lagSeconds, arrivalPerSecond, backlog, truePerSecond, ...step }) => ({
      lane,
      load: rounded(load),
      lag_seconds: rounded(lagSeconds),
      arrival_per_second: rounded(arrivalPerSecond),
      backlog,
      true_per_second: rounded(truePerSecond),
      batch: step.batch,
      lent_transactions: step.sessionsMore,
    })),
  }
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000
}
