import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { CatalogueEntry, Catalogued } from '../answers';

/** Where an analysis stands in the catalogue, and what it found. */
export function Entry({ found, trans }: { found: Catalogued; trans: TranslationBundle }): React.ReactElement {
  const { entry, notes } = found;
  return (
    <div className="nbpeer-form nbpeer-entry">
      <p>
        <strong>{statusWord(entry.status, trans)}</strong> · {entry.reason}
      </p>
      <Text title={trans.__('Question')} text={entry.question} />
      <Text title={trans.__('Answer')} text={entry.answer} />
      {rows(entry, trans)
        .filter(([, lines]) => lines.length > 0)
        .map(([title, lines]) => (
          <React.Fragment key={title}>
            <h3>{title}</h3>
            <ul>
              {lines.map((line, at) => (
                <li key={at}>{line}</li>
              ))}
            </ul>
          </React.Fragment>
        ))}
      <p className="nbpeer-quiet">
        {[entry.path, dates(entry, trans), ...notes].filter(Boolean).join(' · ')}
      </p>
    </div>
  );
}

function Text({ title, text }: { title: string; text?: string | undefined }): React.ReactElement | null {
  return text ? (
    <>
      <h3>{title}</h3>
      <p className="nbpeer-entry-text">{text}</p>
    </>
  ) : null;
}

function rows(entry: CatalogueEntry, trans: TranslationBundle): [string, string[]][] {
  const { results = [], failed = [], caveats = [], reviews = [] } = entry;
  return [
    [
      trans.__('Results'),
      results.map(({ name, value, unit }) => `${name}: ${value} ${unit ?? ''}`.trimEnd())
    ],
    [trans.__('Expectations that failed'), failed],
    [trans.__('Caveats'), caveats],
    [
      trans.__('Reviews'),
      reviews.map(({ reviewer, decision, date, now }) => {
        const said = decision === 'approve' ? trans.__('approved') : trans.__('asked for changes');
        const line = `${reviewer} ${said}, ${date}`;
        return now ? line : trans.__('%1, of an earlier content', line);
      })
    ]
  ];
}

function statusWord(status: CatalogueEntry['status'], trans: TranslationBundle): string {
  return {
    draft: trans.__('Draft'),
    'in review': trans.__('In review'),
    approved: trans.__('Approved'),
    lapsed: trans.__('Lapsed'),
    superseded: trans.__('Superseded')
  }[status];
}

function dates({ created, updated }: CatalogueEntry, trans: TranslationBundle): string {
  return created && updated ? trans.__('begun %1, last changed %2', created, updated) : '';
}
