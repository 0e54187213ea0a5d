import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Picture } from '../answers';
import { isSafePicture } from '../words';

/** Pictures side by side, each under its word. */
export function Pictures(props: {
  of: string;
  pictures: Picture[];
  trans: TranslationBundle;
}): React.ReactElement {
  const safe = props.pictures.filter(picture => isSafePicture(picture.uri));
  return (
    <div className="nbpeer-pictures">
      {safe.map(picture => (
        <figure key={picture.label}>
          <figcaption>{picture.label}</figcaption>
          <img src={picture.uri} alt={props.trans.__('%1, %2', props.of, picture.label)} />
        </figure>
      ))}
    </div>
  );
}
