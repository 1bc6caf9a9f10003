import type { Metric } from '../telemetry/index.ts'
import type { Limits } from './limits.ts'

export function limitMetrics(limits: Pick<Limits, 'statistics'>): Metric[] {
  return [
    {
      name: 'munim_limited_requests_total',
      help: 'Requests that a limit of a client or book counted, by whether they were refused.',
      labels: ['result'],
      read: () => {
        const { entered, refused } = limits.statistics()
        return [
          [{ result: 'entered' }, entered],
          [{ result: 'refused' }, refused],
        ]
      },
    },
    {
      name: 'munim_limit_exchanges_total',
      help: 'Round trips to the database for leases of limits.',
      read: () => limits.statistics().exchanges,
    },
  ]
}
