export { createLogger, type Logger, type LogLevel, logLevels } from './logger.ts'
export { createMetricsRegistry, type Figure, registerFigures, registerPoolMetrics } from './metrics.ts'
export { createRequestMetrics } from './request-metrics.ts'
export { serviceRoutes } from './service-routes.ts'
