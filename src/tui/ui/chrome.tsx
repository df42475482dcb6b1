/**
 * What Ink draws of the full screen: titles, the input line, the status, the help. Pure: elements from what is given. The panes
 * stand in the rows between, which are left empty here.
 */
import { Box, Text } from "ink";
import type { ReactElement } from "react";
import type { Size } from "../surface.js";
import type { HelpLine } from "./help-text.js";
import type { Place } from "./layout.js";
import type { MessageLevel } from "./messages.js";
import { fitted, type StatusPart } from "./status-text.js";

export interface TitleView {
  readonly place: Place;
  readonly text: string;
  readonly isFocused: boolean;
  readonly isWarning: boolean;
}

export interface LastRow {
  readonly parts?: readonly StatusPart[];
  readonly message?: { readonly level: MessageLevel; readonly text: string };
  /** A line that is typed. */
  readonly text?: string;
}

interface ChromeProps {
  readonly size: Size;
  readonly titles: readonly TitleView[];
  readonly help: { readonly lines: readonly HelpLine[]; readonly row: number } | undefined;
  readonly inputRow: { readonly row: number; readonly text: string } | undefined;
  readonly statusRow: number;
  readonly last: LastRow;
}

export function Chrome({ size, titles, help, inputRow, statusRow, last }: ChromeProps): ReactElement {
  const rows: ReactElement[] = [];
  for (let row = 0; row < size.rows; row++) {
    const inRow = titles.filter(({ place }) => place.row === row);
    if (row === statusRow) rows.push(<Last key={row} columns={size.columns} last={last} />);
    else if (row === inputRow?.row) rows.push(<Text key={row}>{inputRow.text || " "}</Text>);
    else if (help && row >= help.row) rows.push(<Help key={row} line={help.lines[row - help.row]} />);
    else if (inRow.length > 0) {
      rows.push(
        <Box key={row}>
          {inRow.map((title, at) => (
            <Title key={title.place.column} title={title} isFirst={at === 0} />
          ))}
        </Box>,
      );
    } else rows.push(<Text key={row}> </Text>);
  }
  return <Box flexDirection="column">{rows}</Box>;
}

function Title({ title, isFirst }: { title: TitleView; isFirst: boolean }): ReactElement {
  const { text, place, isFocused, isWarning } = title;
  return (
    <Box width={place.columns + (isFirst ? 0 : 1)}>
      {isFirst ? null : <Text> </Text>}
      <Text
        inverse
        bold={isFocused}
        dimColor={!isFocused}
        {...(isWarning ? { color: "yellow" } : {})}
        wrap="truncate"
      >
        {fitted(text, place.columns)}
      </Text>
    </Box>
  );
}

function Last({ columns, last: { parts, message, text } }: { columns: number; last: LastRow }): ReactElement {
  if (text !== undefined) return <Text wrap="truncate">{text === "" ? " " : text}</Text>;
  if (message) {
    const color = message.level === "error" ? "red" : message.level === "warning" ? "yellow" : undefined;
    return (
      <Text wrap="truncate" bold {...(color ? { color } : {})}>
        {fitted(message.text, columns)}
      </Text>
    );
  }
  return (
    <Text wrap="truncate">
      {(parts ?? []).map((part, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: drawn once, by place
        <Part key={at} part={part} />
      ))}
    </Text>
  );
}

function Part({ part: { text, look } }: { part: StatusPart }): ReactElement {
  if (look === "on") return <Text color="green">{text}</Text>;
  if (look === "off") return <Text dimColor>{text}</Text>;
  if (look === "warning") {
    return (
      <Text color="yellow" bold>
        {text}
      </Text>
    );
  }
  return <Text bold={look === "strong"}>{text}</Text>;
}

function Help({ line }: { line: HelpLine | undefined }): ReactElement {
  if (!line) return <Text> </Text>;
  if (line.heading !== undefined) {
    return (
      <Text bold wrap="truncate">
        {line.heading === "" ? " " : line.heading}
      </Text>
    );
  }
  return (
    <Text wrap="truncate">
      {"  "}
      <Text bold>{line.keys}</Text>
      {`  ${line.does}`}
    </Text>
  );
}
