import { expect, it } from 'vitest'
import { encodeId, idPrefix } from '#kernel'
import { createBookIds } from './book-ids.ts'

const [first, second] = ['1'.repeat(32), '2'.repeat(32)]
const shown = (id: string) => encodeId(idPrefix.book, id)

it('names the book that has the number on the server from which the batch was read', async () => {
  let [epoch, reads] = [0, 0]
  const bookId = createBookIds({
    epoch: () => epoch,
    readBookIds: async () => {
      reads += 1
      return new Map([[7, epoch === 0 ? first : second]])
    },
  })
  expect(await bookId({ book: 7, epoch: 0 })).toBe(shown(first))
  expect(await bookId({ book: 7, epoch: 0 })).toBe(shown(first))
  expect(reads).toBe(1)
  epoch = 1
  expect(await bookId({ book: 7, epoch: 1 })).toBe(shown(second))
})

it('names no book when another server answers than the one from which the batch was read', async () => {
  let epoch = 0
  const bookId = createBookIds({
    epoch: () => epoch,
    readBookIds: async () => {
      epoch = 1
      return new Map([[7, second]])
    },
  })
  await expect(bookId({ book: 7, epoch: 0 })).rejects.toMatchObject({ code: 'epoch_changed', retryable: true })
  expect(await bookId({ book: 7, epoch: 1 })).toBe(shown(second))
  await expect(bookId({ book: 8, epoch: 1 })).rejects.toMatchObject({ code: 'book_unknown' })
})
