import type { Metadata } from './commands.ts'

/** The JSON object of metadata. */
export function renderMetadata(metadata: Metadata): string {
  for (const _ in metadata) return JSON.stringify(metadata)
  return '{}'
}
