import { Type } from 'typebox'
import { type Permission, permissionNames } from '#platform/http'

export const permissionSchema = Type.Unsafe<Permission>({
  title: 'Permission',
  type: 'string',
  enum: permissionNames,
  description: 'What a key may do, by resource and action.',
  examples: ['payments:read'],
})
