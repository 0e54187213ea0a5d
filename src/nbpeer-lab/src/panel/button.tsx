import * as React from 'react';

interface ButtonProps {
  label: string;
  act: () => void;
  kind?: 'accept' | 'plain' | 'link';
  disabled?: boolean;
  /** What a screen reader hears where the label alone says too little. */
  name?: string;
}

export function Button({ label, act, kind = 'plain', disabled, name }: ButtonProps): React.ReactElement {
  return (
    <button
      className={`nbpeer-button nbpeer-button-${kind}`}
      onClick={act}
      disabled={disabled}
      aria-label={name}
      title={name}
    >
      {label}
    </button>
  );
}
