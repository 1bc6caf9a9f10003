import type { IncomingMessage } from 'node:http'
import { encodeId, idPrefix } from '#kernel'
import { newUuid } from '../../ids/index.ts'

const sane = /^[A-Za-z0-9_.:-]{1,64}$/

export function requestIdOf(request: Pick<IncomingMessage, 'headers'>): string {
  const given = request.headers['request-id']
  return typeof given === 'string' && sane.test(given) ? given : encodeId(idPrefix.request, newUuid())
}
