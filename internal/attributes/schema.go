package attributes

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	datasource "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	resource "github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// schema is a computed attribute, in the framework's separate types for data sources and for
// resources, with its unknown value.
type schema struct {
	dataSource datasource.Attribute
	resource   resource.Attribute
	unknown    attr.Value
}

func text(description string) schema {
	return schema{
		datasource.StringAttribute{Computed: true, MarkdownDescription: description},
		resource.StringAttribute{Computed: true, MarkdownDescription: description},
		types.StringUnknown(),
	}
}

func boolean(description string) schema {
	return schema{
		datasource.BoolAttribute{Computed: true, MarkdownDescription: description},
		resource.BoolAttribute{Computed: true, MarkdownDescription: description},
		types.BoolUnknown(),
	}
}

func texts(description string) schema {
	return schema{
		datasource.MapAttribute{Computed: true, MarkdownDescription: description, ElementType: types.StringType},
		resource.MapAttribute{Computed: true, MarkdownDescription: description, ElementType: types.StringType},
		types.MapUnknown(types.StringType),
	}
}

func objects(description string, attributes map[string]schema) schema {
	ofDataSource, ofResource := map[string]datasource.Attribute{}, map[string]resource.Attribute{}
	for name, attribute := range attributes {
		ofDataSource[name], ofResource[name] = attribute.dataSource, attribute.resource
	}
	return schema{
		datasource.ListNestedAttribute{
			Computed: true, MarkdownDescription: description,
			NestedObject: datasource.NestedAttributeObject{Attributes: ofDataSource},
		},
		resource.ListNestedAttribute{
			Computed: true, MarkdownDescription: description,
			NestedObject: resource.NestedAttributeObject{Attributes: ofResource},
		},
		types.ListUnknown(objectType(attributes)),
	}
}

func objectType(attributes map[string]schema) types.ObjectType {
	object := types.ObjectType{AttrTypes: make(map[string]attr.Type, len(attributes))}
	for name, attribute := range attributes {
		object.AttrTypes[name] = attribute.dataSource.GetType()
	}
	return object
}
