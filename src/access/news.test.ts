import { expect, it } from 'vitest'
import { createNews } from './news.ts'

it('what was read before is read again only with some overlap, or after it was forgotten', async () => {
  let now = 1_000_000
  const news = createNews(() => now)
  const asked: (number | undefined)[] = []
  const read = () => news.read(async (seconds) => void asked.push(seconds))
  await read()
  now += 5_000
  await read()
  now += 1_000
  await expect(news.read(() => Promise.reject(new Error('away')))).rejects.toThrow('away')
  now += 1_000
  await read()
  news.forget()
  await read()
  await news.read(async () => news.forget())
  await read()
  expect(asked).toEqual([undefined, 125, 122, undefined, undefined])
})
