export type { Consumer, EventBatch, StreamEvent } from './consumer.ts'
export { consumerMetrics } from './consumer-metrics.ts'
export { consumerProblems, consumerRoutes } from './consumer-routes.ts'
export { type Consumers, createConsumers } from './consumers.ts'
