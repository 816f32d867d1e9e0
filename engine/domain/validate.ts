/**
 * Schemas compiled once to validators that answer with the field at fault.
 * Numbers must be finite: NaN and the infinities are a wrong type (they can come in MessagePack, and in JSON as 1e999).
 */

import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { Static, TSchema } from '@sinclair/typebox';

import { checkEventRules, type FieldFault } from './event-rules.ts';
import { EVENT_SCHEMAS, EVENT_TYPES, type EventOf, type EventType, type InputEvent } from './events.ts';
import { isStorableText } from './text.ts';
import { parseTimestampUs } from './timestamp.ts';

const ajv = new Ajv({ strict: true, strictNumbers: true, allErrors: false, allowUnionTypes: true });
ajv.addFormat('date-time', (text) => !Number.isNaN(parseTimestampUs(text)));
ajv.addFormat('storable-text', isStorableText);
ajv.addFormat('uuid', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);

export type Validation<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: FieldFault };

/** A validator of one schema. The value is passed through as it is: nothing is coerced and nothing is filled in. */
export function compileValidator<S extends TSchema>(schema: S): (value: unknown) => Validation<Static<S>> {
  const validate = ajv.compile(schema) as ValidateFunction<Static<S>>;
  return (value) => (validate(value) ? { ok: true, value } : { ok: false, fault: faultOf(validate.errors, value) });
}

const EVENT_VALIDATORS = new Map<string, (value: unknown) => Validation<unknown>>(
  EVENT_TYPES.map((type: EventType) => [type, compileValidator(EVENT_SCHEMAS[type])]),
);

export type EventValidation =
  | { readonly ok: true; readonly value: InputEvent }
  | { readonly ok: false; readonly code: 'event_malformed' | 'event_type_unknown'; readonly fault: FieldFault };

const EVENT_FIELDS = new Map<EventType, readonly string[]>(EVENT_TYPES.map((type) => [type, Object.keys(EVENT_SCHEMAS[type].properties)]));

/** One input event: its schema, then the rules between its fields. What comes back has the fields of the schema alone, in their order. */
export function validateEvent(value: unknown): EventValidation {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { ok: false, code: 'event_malformed', fault: { field: '', detail: 'an event must be an object' } };
  }
  const type = (value as { type?: unknown }).type;
  if (typeof type !== 'string') {
    return { ok: false, code: 'event_malformed', fault: { field: 'type', detail: 'is needed and must be a string' } };
  }
  const validator = EVENT_VALIDATORS.get(type);
  if (validator === undefined) {
    return { ok: false, code: 'event_type_unknown', fault: { field: 'type', detail: `${JSON.stringify(type.slice(0, 64))} is not an event type` } };
  }
  const checked = validator(value);
  if (!checked.ok) return { ok: false, code: 'event_malformed', fault: checked.fault };
  const event = checked.value as InputEvent;
  const fault = checkEventRules(event);
  return fault === undefined ? { ok: true, value: knownPart(event) } : { ok: false, code: 'event_malformed', fault };
}

/** Unknown fields are ignored, and the same content is the same text in whatever order it was written. */
function knownPart(event: InputEvent): InputEvent {
  const known: Record<string, unknown> = {};
  for (const field of EVENT_FIELDS.get(event.type)!) {
    const value = (event as unknown as Record<string, unknown>)[field];
    if (value !== undefined) known[field] = field === 'schedule' ? knownKnots(value as EventOf<'order'>['schedule']) : value;
  }
  return known as unknown as InputEvent;
}

function knownKnots(schedule: EventOf<'order'>['schedule']): EventOf<'order'>['schedule'] {
  return schedule?.map(({ time, fraction }) => ({ time, fraction }));
}

function faultOf(errors: ErrorObject[] | null | undefined, value: unknown): FieldFault {
  const error = errors?.[0];
  if (error === undefined) return { field: '', detail: 'does not fit its schema' };
  const path = error.instancePath.slice(1).replaceAll('/', '.');
  if (error.keyword === 'required') {
    const missing = String(error.params['missingProperty']);
    return { field: path === '' ? missing : `${path}.${missing}`, detail: 'is needed' };
  }
  if (error.keyword === 'additionalProperties') {
    const unknown = String(error.params['additionalProperty']);
    return { field: path === '' ? unknown : `${path}.${unknown}`, detail: 'is not a known key' };
  }
  if (error.keyword === 'propertyNames') {
    const name = String(error.params['propertyName']);
    return { field: path === '' ? name : `${path}.${name}`, detail: 'is not a known key' };
  }
  if (error.keyword === 'enum') {
    return { field: path, detail: `must be one of ${(error.params['allowedValues'] as unknown[]).join(', ')}` };
  }
  if (error.keyword === 'format' && error.params['format'] === 'storable-text') {
    return { field: path, detail: 'must not hold NUL or half a surrogate pair' };
  }
  if (error.keyword === 'format') return { field: path, detail: 'must be an RFC 3339 timestamp between 1970 and 2254' };
  if (error.keyword === 'type' && isNonFinite(value, error.instancePath)) {
    return { field: path, detail: 'must be a finite number' };
  }
  return { field: path, detail: error.message ?? 'does not fit its schema' };
}

function isNonFinite(value: unknown, instancePath: string): boolean {
  let at: unknown = value;
  for (const key of instancePath.split('/').slice(1)) at = (at as Record<string, unknown> | undefined)?.[key];
  return typeof at === 'number' && !Number.isFinite(at);
}
