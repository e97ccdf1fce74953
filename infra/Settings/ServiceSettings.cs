namespace Scalelab.Infra.Settings;

/// <summary>How the pods are reached.</summary>
/// <param name="Type">From outside the cluster.</param>
/// <param name="Port">At the Service's own address.</param>
/// <param name="NodePort">On every node.</param>
/// <param name="Path">Where on the server the exercise looks first; the stack's <c>url</c> ends in it.</param>
internal sealed record ServiceSettings(ServiceType Type, int Port, int NodePort, string Path)
{
    public static ServiceSettings Read(SettingsSection section) => new(
        section.Require("type", Rules.OneOf<ServiceType>(type => type.ToString())),
        section.Require("port", Rules.WholeNumber(1, 65535)),
        section.Require("nodePort", Rules.WholeNumber(30000, 32767, "the range that Kubernetes sets aside for node ports")),
        section.Optional("path", Rules.UrlPath, fallback: "/"));
}
