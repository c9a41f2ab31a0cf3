"""What stands where on a page: lines, headings, tables, boxes, sections and the facts of a document's head."""
