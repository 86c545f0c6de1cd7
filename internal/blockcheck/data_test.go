package blockcheck_test

func richRules() []rule {
	at := "/blocks/0/elements/0"
	list := func(pairs ...any) obj {
		item := obj{"type": "rich_text_section", "elements": arr{leaf("a")}}
		inner := with(obj{"type": "rich_text_list", "style": "bullet", "elements": arr{item}}, pairs...)
		return obj{"type": "rich_text", "elements": arr{inner}}
	}
	date := func(pairs ...any) obj {
		return rich(with(obj{"type": "date", "timestamp": 1, "format": "{ago}"}, pairs...))
	}
	return []rule{
		{name: "empty text", good: rich(leaf("a")), bad: rich(leaf("")), at: at + "/elements/0/text"},
		{name: "no elements", good: rich(leaf("a")), bad: obj{"type": "rich_text"}, at: "/blocks/0"},
		{name: "unknown part", good: list(), bad: obj{"type": "rich_text", "elements": arr{leaf("a")}}, at: at},
		{name: "unknown leaf", good: rich(obj{"type": "user", "user_id": "U1"}), bad: rich(obj{"type": "mrkdwn", "text": "a"}), at: at + "/elements/0"},
		{name: "user", good: rich(obj{"type": "user", "user_id": "U1"}), bad: rich(obj{"type": "user"}), at: at + "/elements/0"},
		{name: "link", good: rich(obj{"type": "link", "url": "https://x.example"}), bad: rich(obj{"type": "link", "text": "a"}), at: at + "/elements/0"},
		{name: "range", good: rich(obj{"type": "broadcast", "range": "here"}), bad: rich(obj{"type": "broadcast", "range": "all"}), at: at + "/elements/0/range"},
		{name: "style", good: rich(with(leaf("a"), "style", obj{"bold": true})), bad: rich(with(leaf("a"), "style", obj{"bold": "yes"})), at: at + "/elements/0/style/bold"},
		{name: "date", good: date(), bad: date("timestamp", 1.5), at: at + "/elements/0/timestamp"},
		{name: "date format", good: date(), bad: date("format", ""), at: at + "/elements/0/format"},
		{name: "list style", good: list("style", "ordered"), bad: list("style", ""), at: at + "/style"},
		{name: "list indent", good: list("indent", 8), bad: list("indent", 9), at: at + "/indent"},
		{name: "list item", good: list(), bad: list("elements", arr{leaf("a")}), at: at + "/elements/0"},
		{
			name: "quote", good: obj{"type": "rich_text", "elements": arr{obj{"type": "rich_text_quote", "elements": arr{leaf("a")}}}},
			bad: obj{"type": "rich_text", "elements": arr{obj{"type": "rich_text_quote"}}}, at: at,
		},
	}
}

func tableRules() []rule {
	settings := func(s ...any) obj { return with(table(row(2)), "column_settings", s) }
	big := func(n int) obj { return table(arr{cell(x(5000)), cell(x(n))}) }
	return []rule{
		{name: "rows", good: table(rows(100, 1)...), bad: table(rows(101, 1)...), at: "/blocks/0/rows"},
		{name: "no rows", good: table(row(1)), bad: table(), at: "/blocks/0/rows"},
		{name: "cells", good: table(row(20)), bad: table(row(21)), at: "/blocks/0/rows/0"},
		{name: "null cell", good: table(row(1)), bad: table(arr{nil}), at: "/blocks/0/rows/0/0"},
		{name: "empty cell", good: table(arr{cell("–")}), bad: table(arr{cell("")}), at: "/blocks/0/rows/0/0/text"},
		{name: "align", good: settings(obj{"align": "right", "is_wrapped": true}, nil), bad: settings(obj{"align": "", "is_wrapped": true}), at: "/blocks/0/column_settings/0/align"},
		{
			name: "settings", good: settings(many(20, func(int) any { return obj{"align": "left"} })...),
			bad: settings(many(21, func(int) any { return obj{"align": "left"} })...), at: "/blocks/0/column_settings",
		},
		{name: "characters", good: big(5000), bad: big(5001), at: "/blocks"},
		{name: "rich characters", good: table(arr{rich(leaf(x(5000)), leaf(x(5000)))}), bad: table(arr{rich(leaf(x(5000)), leaf(x(5001)))}), at: "/blocks"},
		{name: "rich cell", good: table(arr{rich(leaf("a"))}), bad: table(arr{rich(leaf(""))}), at: "/blocks/0/rows/0/0/elements/0/elements/0/text"},
		{name: "cell type", good: table(row(1)), bad: table(arr{plainT("a")}), at: "/blocks/0/rows/0/0"},
	}
}

func dataTableRules() []rule {
	number := obj{"type": "raw_number", "value": 3.5, "text": "3.5 TB"}
	body := func(c any) obj { return dataTable(row(1), arr{c}) }
	return []rule{
		{name: "caption", good: dataTable(rows(2, 1)...), bad: with(dataTable(rows(2, 1)...), "caption", nil), at: "/blocks/0"},
		{name: "empty caption", good: dataTable(rows(2, 1)...), bad: with(dataTable(rows(2, 1)...), "caption", ""), at: "/blocks/0/caption"},
		{name: "header only", good: dataTable(rows(2, 1)...), bad: dataTable(rows(1, 1)...), at: "/blocks/0/rows"},
		{name: "columns", good: dataTable(rows(2, 20)...), bad: dataTable(row(21), row(21)), at: "/blocks/0/rows/0", also: true},
		{name: "ragged", good: dataTable(row(2), row(2)), bad: dataTable(row(2), row(1)), at: "/blocks/0/rows/1"},
		{name: "header rich", good: body(rich(leaf("a"))), bad: dataTable(arr{rich(leaf("a"))}, row(1)), at: "/blocks/0/rows/0/0"},
		{name: "page_size", good: with(dataTable(rows(2, 1)...), "page_size", 100), bad: with(dataTable(rows(2, 1)...), "page_size", 101), at: "/blocks/0/page_size"},
		{name: "page_size low", good: with(dataTable(rows(2, 1)...), "page_size", 1), bad: with(dataTable(rows(2, 1)...), "page_size", 0), at: "/blocks/0/page_size"},
		{name: "row header", good: with(dataTable(rows(2, 2)...), "row_header_column_index", 1), bad: with(dataTable(rows(2, 2)...), "row_header_column_index", 2), at: "/blocks/0/row_header_column_index"},
		{name: "number", good: body(number), bad: body(with(number, "value", "3.5")), at: "/blocks/0/rows/1/0/value"},
		{name: "number text", good: body(number), bad: body(with(number, "text", "")), at: "/blocks/0/rows/1/0/text"},
		{name: "empty cell", good: body(cell("a")), bad: body(cell("")), at: "/blocks/0/rows/1/0/text"},
		{name: "null cell", good: body(cell("a")), bad: body(nil), at: "/blocks/0/rows/1/0"},
		{name: "cell type", good: body(cell("a")), bad: body(plainT("a")), at: "/blocks/0/rows/1/0"},
	}
}

func chartRules() []rule {
	at := "/blocks/0/chart"
	segment := func(label string, value any) obj {
		return chart(pie(1), "segments", arr{obj{"label": label, "value": value}})
	}
	series := func(name string, points ...any) obj {
		return chart(line(1, 2), "series", arr{obj{"name": name, "data": points}})
	}
	point := func(label string) obj { return obj{"label": label, "value": 0} }
	axes := func(pairs ...any) obj {
		return chart(line(1, 2), "axis_config", with(obj{"categories": arr{"na", "nb"}}, pairs...))
	}
	long := func(n int) obj {
		return obj{"type": "data_visualization", "title": "t", "chart": obj{
			"type": "bar", "axis_config": obj{"categories": arr{x(n)}}, "series": arr{obj{"name": "n", "data": arr{point(x(n))}}},
		}}
	}
	return []rule{
		{name: "title", good: with(pie(1), "title", x(50)), bad: with(pie(1), "title", x(51)), at: "/blocks/0/title"},
		{name: "no title", good: pie(1), bad: with(pie(1), "title", ""), at: "/blocks/0/title"},
		{name: "type", good: chart(line(1, 1), "type", "area"), bad: chart(line(1, 1), "type", "scatter"), at: at + "/type"},
		{name: "no chart", good: pie(1), bad: with(pie(1), "chart", nil), at: "/blocks/0"},
		{name: "segment label", good: segment(x(20), 1), bad: segment(x(21), 1), at: at + "/segments/0/label"},
		{name: "zero slice", good: segment("a", 0.1), bad: segment("a", 0), at: at + "/segments/0/value"},
		{name: "segment value", good: segment("a", 1), bad: segment("a", "1"), at: at + "/segments/0/value"},
		{name: "no segment", good: pie(1), bad: pie(0), at: at + "/segments"},
		{name: "points", good: line(1, 20), bad: line(1, 21), at: at + "/series/0/data", also: true},
		{name: "series name", good: series(x(20), point("na"), point("nb")), bad: series(x(21), point("na"), point("nb")), at: at + "/series/0/name"},
		{name: "missing point", good: series("s", point("na"), point("nb")), bad: series("s", point("na")), at: at + "/series/0/data"},
		{name: "other label", good: series("s", point("na"), point("nb")), bad: series("s", point("na"), point("nc")), at: at + "/series/0/data/1/label"},
		{name: "double label", good: series("s", point("na"), point("nb")), bad: series("s", point("na"), point("na")), at: at + "/series/0/data/1/label"},
		{name: "double series", good: line(2, 1), bad: chart(line(1, 1), "series", arr{
			obj{"name": "s", "data": arr{point("na")}}, obj{"name": "s", "data": arr{point("na")}},
		}), at: at + "/series/1/name"},
		{name: "x_label", good: axes("x_label", x(50)), bad: axes("x_label", x(51)), at: at + "/axis_config/x_label"},
		{name: "y_label", good: axes("y_label", x(50)), bad: axes("y_label", x(51)), at: at + "/axis_config/y_label"},
		{name: "charts", good: arr{pie(1), line(1, 1)}, bad: arr{pie(1), pie(1), pie(1)}, at: "/blocks"},
		{name: "category", good: long(20), bad: long(21), at: at + "/axis_config/categories/0", also: true},
		{name: "categories", good: long(1), bad: chart(line(1, 1), "axis_config", obj{"categories": "na"}), at: at + "/axis_config/categories", also: true},
		{name: "double category", good: axes(), bad: axes("categories", arr{"na", "nb", "na"}), at: at + "/axis_config/categories/2"},
		{name: "no axes", good: axes(), bad: chart(line(1, 1), "axis_config", nil), at: at, also: true},
	}
}

func arrangeRules() []rule {
	return []rule{
		{name: "card title", good: card("title", plainT(x(150))), bad: card("title", plainT(x(151))), at: "/blocks/0/title/text"},
		{name: "card subtitle", good: card("subtitle", plainT(x(150))), bad: card("subtitle", plainT(x(151))), at: "/blocks/0/subtitle/text"},
		{name: "card body", good: card("body", mrkdwn(x(200))), bad: card("body", mrkdwn(x(201))), at: "/blocks/0/body/text"},
		{name: "card subtext", good: card("subtext", mrkdwn(x(200))), bad: card("subtext", mrkdwn(x(201))), at: "/blocks/0/subtext/text"},
		{name: "card string", good: card(), bad: card("title", "t"), at: "/blocks/0/title"},
		{
			name: "card buttons", good: card("actions", arr{button("a"), button("b"), button("c")}),
			bad: card("actions", arr{button("a"), button("b"), button("c"), button("d")}), at: "/blocks/0/actions",
		},
		{name: "card icons", good: card("icon", picture()), bad: card("icon", picture(), "slack_icon", obj{"name": "a"}), at: "/blocks/0"},
		{name: "card empty", good: card(), bad: card("title", nil, "subtitle", plainT("s")), at: "/blocks/0"},
		{
			name: "carousel", good: obj{"type": "carousel", "elements": many(10, func(int) any { return card() })},
			bad: obj{"type": "carousel", "elements": many(11, func(int) any { return card() })}, at: "/blocks/0/elements",
		},
		{
			name: "carousel of sections", good: obj{"type": "carousel", "elements": arr{card()}},
			bad: obj{"type": "carousel", "elements": arr{section(plainT("a"))}}, at: "/blocks/0/elements/0",
		},
		{name: "container title", good: with(container(divider()), "title", plainT(x(150))), bad: with(container(divider()), "title", plainT(x(151))), at: "/blocks/0/title/text"},
		{
			name: "container untitled", good: with(container(divider()), "title", nil, "rich_text_title", rich(leaf("a"))),
			bad: with(container(divider()), "title", nil), at: "/blocks/0",
		},
		{
			name: "container children", good: container(many(10, func(int) any { return divider() })...),
			bad: container(many(11, func(int) any { return divider() })...), at: "/blocks/0/child_blocks",
		},
		{name: "container empty", good: container(divider()), bad: container(), at: "/blocks/0/child_blocks"},
		{name: "container child", good: container(table(row(1))), bad: container(card()), at: "/blocks/0/child_blocks/0"},
		{name: "container width", good: with(container(divider()), "width", "full"), bad: with(container(divider()), "width", "tiny"), at: "/blocks/0/width"},
		{
			name: "container folded", good: with(container(divider()), "is_collapsible", true, "default_collapsed", true),
			bad: with(container(divider()), "default_collapsed", true), at: "/blocks/0",
		},
		{name: "layout label", good: with(layout(divider()), "label", x(150)), bad: with(layout(divider()), "label", x(151)), at: "/blocks/0/label"},
		{name: "layout unlabelled", good: layout(divider()), bad: with(layout(divider()), "label", nil), at: "/blocks/0"},
		{name: "layout items", good: layout(divider(), divider(), divider()), bad: layout(divider(), divider(), divider(), divider()), at: "/blocks/0/rows/0/items"},
		{
			name: "layout rows", good: with(layout(), "rows", many(5, func(int) any { return obj{"items": arr{obj{"block": divider()}}} })),
			bad: with(layout(), "rows", many(6, func(int) any { return obj{"items": arr{obj{"block": divider()}}} })), at: "/blocks/0/rows",
		},
		{name: "layout markdown", good: layout(divider()), bad: layout(obj{"type": "markdown", "text": "a"}), at: "/blocks/0/rows/0/items/0/block"},
		{
			name: "layout counts", good: append(many(46, func(int) any { return divider() }), layout(divider(), divider(), divider())),
			bad: append(many(47, func(int) any { return divider() }), layout(divider(), divider(), divider())), at: "/blocks",
		},
		{name: "nesting", good: container(layout(divider())), bad: container(layout(container(divider()))), at: "/blocks/0/child_blocks/0/rows/0/items/0/block"},
	}
}
