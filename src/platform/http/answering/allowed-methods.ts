import type { Route } from '../route.ts'

/** Called only when no route matched, so it may be slow. */
export function createAllowedMethods(routes: readonly Route[]): (path: string) => string[] {
  const patterns = routes.map(({ method, path, streams }) => ({
    methods: method === 'GET' && streams !== true ? ['GET', 'HEAD'] : [method],
    segments: path.split('/'),
  }))
  return (path) => {
    const segments = path.split('/')
    const methods = patterns
      .filter((pattern) => pattern.segments.length === segments.length)
      .filter((pattern) => pattern.segments.every((part, at) => part.startsWith(':') || part === segments[at]))
      .flatMap((pattern): string[] => pattern.methods)
    return [...new Set(methods)]
  }
}
