namespace Pulumi.Testing;

/// <summary>The run that a test pretends.</summary>
public class TestOptions
{
    /// <summary>Default: project.</summary>
    public string? ProjectName { get; set; }

    public string? RootDirectory { get; set; }

    /// <summary>Default: stack.</summary>
    public string? StackName { get; set; }

    /// <summary>Default: true.</summary>
    public bool? IsPreview { get; set; }

    /// <summary>Default: organization.</summary>
    public string? OrganizationName { get; set; }
}
