export { createDurationHistogram, type DurationHistogram } from './duration-histogram.ts'
export { createLogger, type Logger, type LogLevel, logLevels } from './logger.ts'
export { Counter, createMetricsRegistry, Gauge, type Registry, registerPoolMetrics } from './metrics.ts'
export { createRequestMetrics } from './request-metrics.ts'
