/** @jest-environment node */
import * as React from 'react';
import { renderToStaticMarkup } from 'react-dom/server';

import type { Kind, ParametersForm } from '../src/answers';
import { altered, Fields, isTrue, outside } from '../src/dialogs/fields';
import { golden, trans } from './golden';

const { parameters } = golden<ParametersForm>('parameters');
const [alpha] = parameters;

test('each type has its control and its label', () => {
  const html = renderToStaticMarkup(
    <Fields parameters={parameters} values={{}} change={() => undefined} trans={trans} />
  );
  expect(html).toContain('type="checkbox"');
  expect(html).toContain('<option selected="">day</option>');
  for (const { name } of parameters) {
    expect(html).toContain(`for="nbpeer-field-${name}"`);
    expect(html).toContain(`id="nbpeer-field-${name}"`);
  }
});

test('only what was altered is sent', () => {
  expect(altered(parameters, {})).toEqual({});
  expect(altered(parameters, { alpha: '0.01', split: 'day' })).toEqual({ alpha: '0.01' });
});

test('yes and no as they are typed', () => {
  expect(['True', 'true', 'yes', 'False', 'no', ''].map(isTrue)).toEqual([
    true,
    true,
    true,
    false,
    false,
    false
  ]);
});

test('a number out of bounds is coloured; the server decides', () => {
  const bounded = { ...alpha!, minimum: 0.01, maximum: 0.99 };
  expect(['0', '0.5', '1', '', 'a'].map(text => outside(bounded, text))).toEqual([
    true,
    false,
    true,
    false,
    false
  ]);
});

test('every kind that the server knows can be drawn', () => {
  for (const kind of golden<{ kinds: Kind[] }>('kinds').kinds) {
    const html = renderToStaticMarkup(
      <Fields parameters={kind.parameters} values={{}} change={() => undefined} trans={trans} />
    );
    expect(html.match(/<label/g)).toHaveLength(kind.parameters.length);
  }
});
