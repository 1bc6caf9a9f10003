export { createDurationHistogram } from './duration-histogram.ts'
export { createFaultLog } from './fault-log.ts'
export { createLogger, type Logger, type LogLevel, logLevels } from './logger.ts'
export {
  createMetricsRegistry,
  type Metric,
  type MetricsRegistry,
  registerMetrics,
  registerPoolMetrics,
} from './metrics.ts'
export { createRequestMetrics } from './request-metrics.ts'
export { serviceRoutes } from './service-routes.ts'
