import type { Metadata } from '../commands.ts'

export function renderMetadata(metadata: Metadata): string {
  for (const _ in metadata) return JSON.stringify(metadata)
  return '{}'
}
