using System.Collections.Immutable;

namespace Pulumi.Kubernetes.Yaml;

/// <summary>Changes an object of a manifest before it is declared. The options are those of its resource, and may be changed in place.</summary>
public delegate ImmutableDictionary<string, object> TransformationAction(ImmutableDictionary<string, object> args, CustomResourceOptions options);
