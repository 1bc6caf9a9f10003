import { hash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createOccurrences } from './occurrences.ts'

const digestOf = (text: string) => hash('sha256', text, 'buffer')

describe('occurrences', () => {
  it('are counted per digest, as a Map would count them, while the tables grow', () => {
    const occurrenceOf = createOccurrences()
    const counts = new Map<number, number>()
    let wrong = 0
    for (let line = 0; line < 200_000; line += 1) {
      const text = (line * 7_919) % 90_001
      counts.set(text, (counts.get(text) ?? 0) + 1)
      // An expectation for each line would take seconds.
      if (occurrenceOf(digestOf(String(text))) !== counts.get(text)) wrong += 1
    }
    expect(wrong).toBe(0)
  })

  it('are distinguished by every part of the first 128 bits', () => {
    const occurrenceOf = createOccurrences()
    for (let at = 0; at < 16; at += 1) {
      const digest = Buffer.alloc(32)
      digest[at] = 1
      expect(occurrenceOf(digest)).toBe(1)
      expect(occurrenceOf(digest)).toBe(2)
    }
  })
})
