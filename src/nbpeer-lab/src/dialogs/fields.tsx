import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Parameter } from '../answers';

interface FieldProps {
  parameter: Parameter;
  value: string;
  change: (value: string) => void;
  trans: TranslationBundle;
}

/** One typed parameter. Its value stays the text that one would type on the command line: the server knows the types. */
export function Field({ parameter, value, change, trans }: FieldProps): React.ReactElement {
  const id = `nbpeer-field-${parameter.name}`;
  const help = parameter.help || hint(parameter, trans);
  return (
    <div className="nbpeer-field">
      <label htmlFor={id}>
        {parameter.name} <span className="nbpeer-quiet">{word(parameter, trans)}</span>
      </label>
      <Control {...{ parameter, value, change, id }} help={help ? `${id}-help` : undefined} />
      {help ? (
        <p id={`${id}-help`} className="nbpeer-quiet">
          {help}
        </p>
      ) : null}
    </div>
  );
}

type ControlProps = Omit<FieldProps, 'trans'> & { id: string; help?: string };

function Control({ parameter, value, change, id, help }: ControlProps): React.ReactElement {
  const common = { id, 'aria-describedby': help, className: 'jp-mod-styled' };
  switch (parameter.type) {
    case 'boolean':
      return (
        <input
          {...common}
          type="checkbox"
          checked={isTrue(value)}
          onChange={event => change(event.target.checked ? 'True' : 'False')}
        />
      );
    case 'choice':
      return (
        <select {...common} value={value} onChange={event => change(event.target.value)}>
          {[...new Set([...parameter.choices, value])].map(choice => (
            <option key={choice}>{choice}</option>
          ))}
        </select>
      );
    case 'date':
      return (
        <input
          {...common}
          type={/^\d{4}-\d\d-\d\d$/.test(value) || value === '' ? 'date' : 'text'}
          value={value}
          onChange={event => change(event.target.value)}
        />
      );
    case 'number':
    case 'integer':
      return (
        <input
          {...common}
          inputMode="decimal"
          value={value}
          aria-invalid={outside(parameter, value) || undefined}
          onChange={event => change(event.target.value)}
        />
      );
    default:
      return <input {...common} type="text" value={value} onChange={event => change(event.target.value)} />;
  }
}

export const isTrue = (text: string): boolean => /^(true|yes|on|1)$/i.test(text.trim());

/** A number out of its bounds, only to colour the field: the server decides. */
export function outside({ minimum, maximum }: Parameter, text: string): boolean {
  const value = Number(text);
  return (
    text.trim() !== '' && ((minimum !== null && value < minimum) || (maximum !== null && value > maximum))
  );
}

function word(parameter: Parameter, trans: TranslationBundle): string {
  const words: Record<string, string> = {
    text: trans.__('text'),
    number: trans.__('number'),
    integer: trans.__('whole number'),
    boolean: trans.__('yes or no'),
    date: trans.__('date'),
    choice: trans.__('one of these'),
    list: trans.__('list'),
    mapping: trans.__('mapping'),
    anything: trans.__('value')
  };
  const kind = words[parameter.type] ?? parameter.type;
  return parameter.optional ? trans.__('(%1, optional)', kind) : `(${kind})`;
}

function hint({ minimum, maximum }: Parameter, trans: TranslationBundle): string {
  if (minimum !== null && maximum !== null) {
    return trans.__('from %1 to %2', minimum, maximum);
  }
  return minimum !== null
    ? trans.__('at least %1', minimum)
    : maximum !== null
      ? trans.__('at most %1', maximum)
      : '';
}

interface FieldsProps {
  parameters: Parameter[];
  values: Record<string, string>;
  change: (values: Record<string, string>) => void;
  trans: TranslationBundle;
}

export function Fields({ parameters, values, change, trans }: FieldsProps): React.ReactElement {
  return (
    <>
      {parameters.map(parameter => (
        <Field
          key={parameter.name}
          parameter={parameter}
          value={values[parameter.name] ?? parameter.text}
          change={value => change({ ...values, [parameter.name]: value })}
          trans={trans}
        />
      ))}
    </>
  );
}

/** Only what differs from the defaults: what was left alone follows the template. */
export const altered = (parameters: Parameter[], values: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    parameters
      .map(({ name, text }) => [name, text, values[name] ?? text] as const)
      .filter(([, text, value]) => value !== text)
      .map(([name, , value]) => [name, value])
  );
