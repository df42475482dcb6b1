/**
 * What stands around a curve: title, legend, status, as elements for Ink. Pure: a row of blanks is left for each of the curve's.
 */
import { Box, Text } from "ink";
import type { ReactElement } from "react";
import { colourName } from "../../plot/dots.js";
import type { LegendItem } from "./legend.js";
import type { Level } from "./plot-model.js";

export interface ChromeProps {
  readonly title: string | undefined;
  readonly chartRows: number;
  readonly legend: readonly (readonly LegendItem[])[];
  readonly status: readonly string[];
  readonly level: Level | undefined;
}

export function PlotChrome({ title, chartRows, legend, status, level }: ChromeProps): ReactElement {
  return (
    <Box flexDirection="column">
      {title === undefined ? null : (
        <Text bold wrap="truncate">
          {title}
        </Text>
      )}
      <Box height={chartRows} />
      {legend.map((items) => (
        <Text key={items[0]?.place ?? "none"} wrap="truncate">
          {items.length === 0 ? " " : items.map((item) => <Item key={item.place} item={item} />)}
        </Text>
      ))}
      {status.map((text) => (
        <Status key={text} text={text} level={level} />
      ))}
    </Box>
  );
}

function Item({ item: { place, mark, text, isHidden } }: { readonly item: LegendItem }): ReactElement {
  return (
    <Text dimColor={isHidden}>
      <Text color={colourName(place)}>{mark}</Text>
      {text}
    </Text>
  );
}

function Status({ text, level }: { readonly text: string; readonly level: Level | undefined }): ReactElement {
  if (level === undefined) {
    return (
      <Text dimColor wrap="truncate">
        {text === "" ? " " : text}
      </Text>
    );
  }
  const color = level === "error" ? "red" : level === "warning" ? "yellow" : undefined;
  return (
    <Text wrap="truncate" bold {...(color ? { color } : {})}>
      {text === "" ? " " : text}
    </Text>
  );
}
